import { expect, test, vi } from "vitest";
import { rememberUndo, undoLast } from "@/lib/client/undo.ts";

test("the newest step is taken back first, each once, and then there is none", () => {
  const taken: string[] = [];
  rememberUndo("p", () => taken.push("first"));
  const second = rememberUndo("p", () => taken.push("second"));
  expect([undoLast("p"), undoLast("p"), undoLast("p")]).toEqual([true, true, false]);
  second();
  expect(taken).toEqual(["second", "first"]);
});

test("a board takes back only what was done to it", () => {
  const elsewhere = vi.fn();
  rememberUndo("other", elsewhere);
  expect(undoLast("p")).toBe(false);
  expect(elsewhere).not.toHaveBeenCalled();
  expect(undoLast("other")).toBe(true);
  expect(elsewhere).toHaveBeenCalledOnce();
});

test("of each project the last ten steps are kept", () => {
  const first = vi.fn();
  rememberUndo("many", first);
  for (let n = 0; n < 10; n++) rememberUndo("many", () => {});
  for (let n = 0; n < 10; n++) expect(undoLast("many")).toBe(true);
  expect(undoLast("many")).toBe(false);
  expect(first).not.toHaveBeenCalled();
});
