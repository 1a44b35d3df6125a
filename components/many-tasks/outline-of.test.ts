import { expect, test } from "vitest";
import { outlineOf } from "@/components/many-tasks/outline-of.ts";
import type { ReadTask } from "@/lib/task/import/reading.ts";

const task = (ref: string, ...dependsOn: string[]): ReadTask => ({ ref, place: 1, title: ref, dependsOn });
const depths = (...tasks: ReadTask[]) => outlineOf(tasks).map(({ depth }) => depth);

test("a row stands as far in as the longest way to it within the list", () => {
  expect(depths(task("a"), task("b", "a"), task("c", "a", "b"), task("d", "DEMO-7"))).toEqual([0, 1, 2, 0]);
  expect(depths(task("later", "first"), task("first"))).toEqual([1, 0]);
});

test("a circle and a long chain come to an end", () => {
  expect(depths(task("a", "b"), task("b", "a")).every((depth) => depth <= 2)).toBe(true);
  const chain = Array.from({ length: 2000 }, (_, n) => task(`${n}`, ...(n > 0 ? [`${n - 1}`] : [])));
  expect(Math.max(...depths(...chain))).toBe(8);
});
