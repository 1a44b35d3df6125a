import { expect, test } from "vitest";
import { formatBytes, formatCores } from "@/components/ui/format-amount.ts";

test("sizes are said in the largest unit that fits", () => {
  const given = [0, 512, 1024, 2 ** 20 * 1.5, 2 ** 29, 2 ** 30 * 12.34, 2 ** 50].map(formatBytes);
  expect(given).toEqual(["0 B", "512 B", "1 KiB", "1.5 MiB", "512 MiB", "12.3 GiB", "1024 TiB"]);
});

test("one core is one core", () => {
  expect([0, 0.254, 1, 1.5].map(formatCores)).toEqual(["0 cores", "0.25 cores", "1 core", "1.5 cores"]);
});
