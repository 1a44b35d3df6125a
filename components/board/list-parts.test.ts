import { expect, test } from "vitest";
import { isMoreWanted } from "@/components/board/list-parts.tsx";

test("more is asked for ahead of the end, and not again by itself when it could not be loaded", () => {
  const more = { hasMore: true, hasFailed: false };
  expect(isMoreWanted(more, { last: 79, count: 100 })).toBe(false);
  expect(isMoreWanted(more, { last: 80, count: 100 })).toBe(true);
  expect(isMoreWanted({ ...more, hasFailed: true }, { last: 100, count: 100 })).toBe(false);
  expect(isMoreWanted({ ...more, hasMore: false }, { last: 100, count: 100 })).toBe(false);
});
