import { expect, test } from "vitest";
import { chipText, matches, parseChip } from "@/components/board/filter.ts";
import type { Task } from "@/lib/task/schema.ts";

const task = {
  key: "DEMO-12",
  title: "Fix login",
  description: "The form forgets",
  tags: ["API"],
  type: "cli",
  priority: 3,
  status: "APPROVED",
  blockedBy: ["x"],
} as unknown as Task;
const shows = (text: string, ...chips: string[]) =>
  matches(task, { text, chips: chips.flatMap((chip) => parseChip(chip) ?? []) });

test("words are looked for in title, key, description and tags", () => {
  for (const words of ["login", "demo-12", "FORGETS", "api", ""]) expect(shows(words)).toBe(true);
  expect(shows("logout")).toBe(false);
});

test("every chip has to hold", () => {
  expect(shows("", "tag:api", "type:cli", "priority:high", "is:blocked", "is:approved")).toBe(true);
  expect(shows("", "tag:api", "priority:low")).toBe(false);
});

test("plain words and unknown kinds are no chips", () => {
  expect(parseChip("login")).toBeNull();
  expect(parseChip("http://x")).toBeNull();
  expect(parseChip("tag:")).toBeNull();
  expect(chipText(parseChip("Tag: Docs")!)).toBe("tag:docs");
});
