import { expect, test } from "vitest";
import { noticesOf } from "@/lib/client/event-notices.ts";
import type { JournalEvent } from "@/lib/events.ts";

const event = (type: string, entityId: string, payload: object) =>
  ({
    seq: 1,
    type,
    entityId,
    projectId: "p",
    payload,
    at: "2026-01-01",
    actor: { type: "system" },
  }) as unknown as JournalEvent;
const tasks = {
  a: { key: "P-1", title: "One", status: "RUNNING" },
  b: { key: "P-2", title: "Two", status: "RUNNING" },
} as const;
const stalled = (id: string) => event("TASK_STALLED", id, { reason: "PENDING_TIMEOUT" });
const short = (resource: string, taskId: string) =>
  event("RESOURCE_EXHAUSTED", taskId, { resource, usage: 1, limit: 2, asked: 2, sessionIds: ["s"], taskId });

test("a task that stalled is named and can be opened; many are one notice", () => {
  expect(noticesOf([stalled("a")], tasks)).toMatchObject([{ id: "stalled", title: "P-1 is stalled", open: "t/P-1" }]);
  const [many, ...others] = noticesOf([stalled("a"), stalled("b"), stalled("unknown")], tasks);
  expect(many).toMatchObject({ id: "stalled", title: "3 tasks are stalled" });
  expect(many?.open).toBeUndefined();
  expect(others).toEqual([]);
});

test("an escalation leads to the task it is about, which links to the new one", () => {
  expect(noticesOf([event("TASK_ESCALATED", "b", { taskId: "new" })], tasks)).toMatchObject([
    { id: "escalated", title: "P-2 is escalated", open: "t/P-2" },
  ]);
});

test("a shortage is told once for each resource, a pause once for each type of agent; both lead to the queue", () => {
  const paused = (until: string) => event("AGENT_PAUSED", "p", { agent: "codex", until, reason: "RATE_LIMITED" });
  const notices = noticesOf(
    [short("memory", "a"), short("memory", "b"), short("cpu", "a"), paused("2026-01-01"), paused("2026-01-02")],
    tasks,
  );
  expect(notices.map(({ id, open }) => [id, open])).toEqual([
    ["short-memory", "queue"],
    ["short-cpu", "queue"],
    ["paused-codex", "queue"],
  ]);
  expect(notices[0]?.title).toBe("Not enough memory for P-2");
});

test("what is no news to anybody goes by in silence, and failures are left to their own notice", () => {
  const failed = event("TASK_FAILED", "a", { reason: "EXIT_CODE", message: "Exit code 3" });
  expect(noticesOf([failed, event("TASK_COMPLETED", "a", {})], tasks)).toEqual([]);
});

test("an agent that asks is told with its question; several at once lead to all of them", () => {
  const asked = (taskId: string) =>
    event("QUESTION_ASKED", `session-of-${taskId}`, { taskId, tool: "Bash", input: "npm test" });
  expect(noticesOf([asked("a")], tasks)).toMatchObject([
    {
      level: "attention",
      title: "P-1 needs you",
      description: "It asks whether it may use Bash: npm test",
      open: "t/P-1",
    },
  ]);
  expect(noticesOf([asked("a"), asked("b")], tasks)).toMatchObject([{ title: "Agents need you", open: "inbox" }]);
});
