import { expect, test } from "vitest";
import { formatBytes, formatCores, formatCount, formatUsd } from "@/components/ui/format-amount.ts";

test("sizes are said in the largest unit that fits", () => {
  const given = [0, 512, 1024, 2 ** 20 * 1.5, 2 ** 29, 2 ** 30 * 12.34, 2 ** 50].map(formatBytes);
  expect(given).toEqual(["0 B", "512 B", "1 KiB", "1.5 MiB", "512 MiB", "12.3 GiB", "1024 TiB"]);
});

test("one core is one core", () => {
  expect([0, 0.254, 1, 1.5].map(formatCores)).toEqual(["0 cores", "0.25 cores", "1 core", "1.5 cores"]);
});

test("money that is not nothing is never shown as nothing", () => {
  expect([0, 0.001, 0.42, 1204].map(formatUsd)).toEqual(["$0.00", "under $0.01", "$0.42", "$1,204.00"]);
});

test("large counts are short", () => {
  expect([0, 840, 12_340, 1_200_000].map(formatCount)).toEqual(["0", "840", "12.3k", "1.2M"]);
});
