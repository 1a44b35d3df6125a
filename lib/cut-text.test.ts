import { expect, it } from "vitest";
import { cutText } from "@/lib/cut-text.ts";

it.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "abc"],
  ["ab😀", 4, "ab😀"],
  ["ab😀d", 3, "ab"],
  ["ab😀d", 4, "ab😀"],
  ["😀😀", 1, ""],
])("%j of at most %i is %j: never half a character", (text, max, cut) => {
  expect(cutText(text, max)).toBe(cut);
});
