import { expect, test } from "vitest";
import { isOvertaken } from "@/components/task/use-based-draft.ts";

test("a draft is overtaken by another text, and only by one that it does not say itself", () => {
  const draft = { text: "mine", base: "as it was" };
  expect(isOvertaken(draft, "as it was")).toBe(false);
  expect(isOvertaken(draft, "theirs")).toBe(true);
  expect(isOvertaken(draft, "mine")).toBe(false);
  expect(isOvertaken({ ...draft, base: "theirs" }, "theirs")).toBe(false);
});

test("nothing typed is not overtaken, nor is a draft of which nobody knows what it was begun on", () => {
  expect(isOvertaken({ text: null, base: null }, "theirs")).toBe(false);
  expect(isOvertaken({ text: "mine", base: null }, "theirs")).toBe(false);
});
