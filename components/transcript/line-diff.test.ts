import { expect, test } from "vitest";
import { diffLines } from "@/components/transcript/line-diff.ts";

const signs = { same: " ", removed: "-", added: "+", gap: "~" };
const drawn = (before: string | null, after: string) =>
  diffLines(before, after).map(({ kind, text }) => signs[kind] + text);

test("a changed line is removed and added among its neighbours", () => {
  expect(drawn("a\nb\nc\n", "a\nB\nc\n")).toEqual([" a", "-b", "+B", " c"]);
});

test("what is far from a change is folded", () => {
  const lines = Array.from({ length: 20 }, (_, index) => String(index));
  expect(drawn(lines.join("\n"), lines.with(10, "x").join("\n"))).toEqual([
    "~7 lines are the same",
    ...[" 7", " 8", " 9", "-10", "+x", " 11", " 12", " 13"],
    "~6 lines are the same",
  ]);
});

test("a new file is all added, an emptied one all removed, the same file is nothing", () => {
  expect(drawn(null, "a\nb")).toEqual(["+a", "+b"]);
  expect(drawn("a\nb", "")).toEqual(["-a", "-b"]);
  expect(drawn("a", "a")).toEqual(["~1 line is the same"]);
});

test("lines that moved in are found between those that stayed", () => {
  expect(drawn("a\nb\nc", "a\nx\nb\ny\nc")).toEqual([" a", "+x", " b", "+y", " c"]);
});

test("files too large to compare line by line are told as a whole", () => {
  const many = (sign: string) => Array.from({ length: 1200 }, (_, index) => `${sign}${index}`).join("\n");
  const found = diffLines(many("a"), many("b"));
  expect(found.filter(({ kind }) => kind === "removed")).toHaveLength(1200);
  expect(found.filter(({ kind }) => kind === "added")).toHaveLength(1200);
});
