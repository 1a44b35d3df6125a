import { expect, test } from "vitest";
import type { KnownTask } from "@/components/chat/complete.ts";
import { answersAt } from "@/components/chat/complete-answer.ts";
import type { Asking } from "@/lib/chat/contract.ts";

const tasks: KnownTask[] = [
  { key: "DEMO-12", title: "Fix login", status: "RUNNING" },
  { key: "DEMO-4", title: "Lint", status: "DRAFT" },
];
const asking = (step: Asking["step"], ...answers: string[]): Asking => ({
  ...{ step, of: { type: "person", id: "owner", name: "Owner" }, usual: answers[0] ?? null },
  ...{ choices: answers.map((answer) => ({ answer, label: answer })), moves: ["back", "create now", "stop"] },
});
const at = (text: string, question: Asking) => answersAt(text, text.length, { asking: question, tasks });
const inserts = (text: string, question: Asking) => at(text, question)?.items.map(({ insert }) => insert);

test("keys are completed one by one, by key and by title, and Enter sends what is written", () => {
  const after = asking("after", "nothing");
  expect(inserts("DEMO-", after)).toEqual(["DEMO-12 ", "DEMO-4 "]);
  expect(inserts("DEMO-12, li", after)).toEqual(["DEMO-4 "]);
  expect(at("DEMO-12, li", after)).toMatchObject({ kind: "task", from: 9, to: 11, selectsFirst: false });
  expect(inserts("", after) ?? inserts("DEMO-12 ", after) ?? inserts("DEMO-4", after)).toBeUndefined();
});

test("of a choice its beginning is enough, and so it is of the ways out", () => {
  const priority = asking("priority", "low", "lowest", "medium");
  expect(inserts("lo", priority)).toEqual(["low", "lowest"]);
  expect(inserts("Cre", priority)).toEqual(["create now"]);
  expect(inserts("medium", priority) ?? inserts("", priority) ?? inserts("soon", priority)).toBeUndefined();
});

test("what is written freely is not guessed", () => {
  expect(inserts("st", asking("title")) ?? inserts("st", asking("command", "stop it"))).toBeUndefined();
});
