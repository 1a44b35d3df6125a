import { expect, test } from "vitest";
import type { AgentPlan } from "../plan.ts";
import { keptByName } from "./kept-conversation.ts";

const id = "99d3eefa-b695-466d-bcad-f125d31db914";
const plan = { work: "/home/of/session-2/work" } as AgentPlan;
const carry = (path: string) => {
  const name = keptByName.keep(path, id);
  return name === null ? null : keptByName.restore(name, plan);
};

test("the file that is named after the conversation is carried over, to where its agent looks for it in another clone", () => {
  expect(carry(`claude/projects/-home-of-session-1-work/${id}.jsonl`)).toBe(
    `claude/projects/-home-of-session-2-work/${id}.jsonl`,
  );
  const codex = `codex/sessions/2026/11/28/rollout-2026-11-28T09-00-00-${id}.jsonl`;
  expect(carry(codex)).toBe(codex);
});

test.each([
  ["settings", "claude/settings.json"],
  ["settings below the conversation's name", `claude/projects/-home/${id}/settings.json`],
  ["another conversation", "claude/projects/-home/11111111-1111-4111-8111-111111111111.jsonl"],
  ["a program that bears its name", `codex/hooks/${id}.sh`],
  ["a name that no file may have", `claude/projects/${"a".repeat(250)}/${id}.jsonl`],
])("%s is not", (_, path) => {
  expect(keptByName.keep(path, id)).toBeNull();
});

test("an agent that names its conversation as it likes gets nothing carried by it", () => {
  expect(keptByName.keep("claude/settings.json", "settings")).toBeNull();
  expect(keptByName.keep("claude/settings.json", "")).toBeNull();
});

test.each(["..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "a%2F.%2Fb", "%E0%A4%A"])(
  "a kept name that leads elsewhere is left alone: %s",
  (name) => {
    expect(keptByName.restore(name, plan)).toBeNull();
  },
);
