import { expect, test } from "vitest";
import { percentile } from "./numbers.ts";

test("a percentile is a value that was measured, by nearest rank", () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, index) => n - index);
  expect([percentile(upTo(100), 0.5), percentile(upTo(100), 0.95), percentile(upTo(100), 0.99)]).toEqual([50, 95, 99]);
  expect([percentile(upTo(10), 0.95), percentile([7], 0.5), percentile([7], 0)]).toEqual([10, 7, 7]);
  expect(percentile([], 0.5)).toBeNaN();
});
