import { expect, test } from "vitest";
import { changesOf, conflictsOf, edit, noDraft, textIn, without } from "@/components/settings/draft.ts";

const saved = { name: "Demo", baseBranch: "main" };

test("an edit is kept with what it began from; putting it back removes it", () => {
  const draft = edit(edit(noDraft, "name", { saved: "Demo", to: "D" }), "name", { saved: "Demo", to: "Dem" });
  expect(draft).toEqual({ name: { from: "Demo", to: "Dem" } });
  expect(textIn(draft, "name", "Demo")).toBe("Dem");
  expect(changesOf(draft, saved)).toEqual({ name: "Dem" });
  expect(edit(draft, "name", { saved: "Demo", to: "Demo" })).toEqual({});
});

test("somebody else's change of the same field is a conflict, of another field it is none", () => {
  const draft = edit(noDraft, "name", { saved: "Demo", to: "Mine" });
  expect(conflictsOf(draft, { ...saved, baseBranch: "trunk" })).toEqual([]);
  expect(conflictsOf(draft, { ...saved, name: "Theirs" })).toEqual(["name"]);
  expect(conflictsOf(without(draft, ["name"]), { ...saved, name: "Theirs" })).toEqual([]);
});

test("somebody else saving the same value leaves nothing to save", () => {
  const draft = edit(noDraft, "name", { saved: "Demo", to: "Mine" });
  expect(changesOf(draft, { ...saved, name: "Mine" })).toEqual({});
  expect(conflictsOf(draft, { ...saved, name: "Mine" })).toEqual([]);
});
