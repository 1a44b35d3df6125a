import { expect, test } from "vitest";
import { restOf } from "@/components/log/log-reader.ts";
import { consequencesOf, countEvents } from "@/lib/client/apply-events.ts";
import { emptyStore, mergeTasks } from "@/lib/client/task-store.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

const task = (id: string, fields: Partial<Task> = {}) =>
  ({ id, status: "APPROVED", version: 1, updatedAt: "", blockedBy: [], blocks: [], ...fields }) as unknown as Task;
const event = (seq: number, type: string, entityId: string, payload: object) =>
  ({
    seq,
    type,
    entityId,
    projectId: "p",
    payload,
    at: "2026-01-01",
    actor: { type: "system" },
  }) as unknown as JournalEvent;
const moved = (seq: number, version: number) =>
  event(seq, "TASK_STATUS_CHANGED", "a", { from: "APPROVED", to: "QUEUED", verb: "queue", reason: null, version });

const store = mergeTasks(emptyStore, [task("a"), task("b", { blockedBy: ["a"] })]);

test("a move is shown at once and read again", () => {
  const result = consequencesOf([moved(1, 2)], store);
  expect(result.store.byId.a).toMatchObject({ status: "QUEUED", version: 2 });
  expect([...result.changedIds]).toEqual(["a"]);
  expect(result.isQueueChanged).toBe(true);
});

test("a move that is already known changes nothing on screen", () => {
  expect(consequencesOf([moved(1, 1)], store).store).toBe(store);
});

test("a completed task frees its dependents, which are read again", () => {
  const result = consequencesOf([event(1, "TASK_COMPLETED", "a", { attempt: 1, resultCommit: null })], store);
  expect(result.store.byId.b?.blockedBy).toEqual([]);
  expect([...result.changedIds]).toEqual(["a", "b"]);
});

test("a deleted task leaves and is not read", () => {
  const result = consequencesOf([moved(1, 2), event(2, "TASK_DELETED", "a", { key: "P-1", title: "" })], store);
  expect(result.store.byId.a).toBeUndefined();
  expect(result.changedIds.size).toBe(0);
});

test.each([
  ["a new priority", event(1, "TASK_UPDATED", "a", { changed: ["priority"], version: 2 }), true],
  ["another title", event(1, "TASK_UPDATED", "a", { changed: ["title"], version: 2 }), false],
  ["a session that ended", event(1, "SESSION_ENDED", "s", { taskId: "a", attempt: 1 }), true],
  ["other limits", event(1, "CONFIG_CHANGED", "c", { changed: ["maxConcurrent"] }), true],
  ["a message in the chat", event(1, "CHAT_POSTED", "m", { text: "hello" }), false],
] as const)("the queue after %s", (_, moved, isQueueChanged) => {
  expect(consequencesOf([moved], store).isQueueChanged).toBe(isQueueChanged);
});

test("a deleted task moves the queue when it stood in it", () => {
  const queued = mergeTasks(emptyStore, [task("q", { status: "QUEUED" }), task("a")]);
  const isMovedBy = (id: string) =>
    consequencesOf([event(1, "TASK_DELETED", id, { key: "P-1", title: "" })], queued).isQueueChanged;
  expect([isMovedBy("q"), isMovedBy("a")]).toEqual([true, false]);
});

test("each event is counted once", () => {
  const project = { id: "p", lastSeq: 4, counts: { APPROVED: 2, QUEUED: 0 } } as unknown as Project;
  const after = countEvents(project, [moved(4, 2), moved(5, 2)]);
  expect(after).toMatchObject({ lastSeq: 5, counts: { APPROVED: 1, QUEUED: 1 } });
  expect(countEvents(after, [moved(5, 2)])).toBe(after);
});

test("log parts are shown once and a gap is noticed, counted in bytes", () => {
  const part = { offset: 10, text: "grün!", nextOffset: 16 };
  expect(restOf(part, 10)).toBe("grün!");
  expect(restOf(part, 16)).toBe("");
  expect(restOf(part, 14)).toBe("n!");
  expect(restOf(part, 9)).toBeNull();
});

test("a question, and its answer, change the card and what needs a person", () => {
  for (const type of ["QUESTION_ASKED", "QUESTION_ANSWERED"]) {
    const result = consequencesOf(
      [event(1, type, "s", { taskId: "a", attempt: 1, questionId: "q", tool: "Bash" })],
      store,
    );
    expect(result.areQuestionsChanged).toBe(true);
    expect([...result.changedIds]).toEqual(["a"]);
    expect([...result.touchedIds]).toEqual(["s", "a"]);
  }
});

test("the end of a session counts as cost, and asks for no questions where none are known", () => {
  const result = consequencesOf([event(1, "SESSION_ENDED", "s", { taskId: "a", attempt: 1 })], store);
  expect(result).toMatchObject({ areQuestionsChanged: false, isUsageChanged: true });
});

test("what is said to a session changes what was said to it, and no card", () => {
  for (const type of ["SESSION_PROMPTED", "SESSION_PROMPT_DELIVERED", "SESSION_PROMPT_REFUSED"]) {
    const result = consequencesOf([event(1, type, "s", { taskId: "a", attempt: 1, promptId: "p" })], store);
    expect([...result.promptedSessionIds]).toEqual(["s"]);
    expect(result.changedIds.size).toBe(0);
    expect(result.isQueueChanged).toBe(false);
  }
});

test("a spent budget, and a raised one, change what is held", () => {
  const reached = consequencesOf([event(1, "BUDGET_REACHED", "p", { spentUsd: 5, budgetUsd: 5, until: "" })], store);
  const raised = consequencesOf([event(1, "PROJECT_UPDATED", "p", { changed: ["dailyBudgetUsd"] })], store);
  for (const result of [reached, raised]) expect(result).toMatchObject({ isUsageChanged: true, isQueueChanged: true });
});
