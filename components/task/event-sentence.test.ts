import { describe, expect, it } from "vitest";
import { eventSentence } from "@/components/task/event-sentence.ts";
import { type EventPayload, type EventType, eventPayloads, eventTypes, type JournalEvent } from "@/lib/events.ts";

const session = { taskId: "t1", attempt: 2 };
const samples: { [Type in EventType]: [EventPayload<Type>, string] } = {
  PROJECT_CREATED: [{ key: "DEMO", name: "Demo" }, "Maya created the project Demo."],
  PROJECT_UPDATED: [{ changed: ["name"] }, "Maya changed the name of the project."],
  PROJECT_ARCHIVED: [{ key: "DEMO" }, "Maya archived the project DEMO."],
  AUTONOMOUS_MODE_CHANGED: [
    { enabled: false, returnedTaskIds: ["t1"] },
    "Maya turned autonomous mode off; 1 queued task went back.",
  ],
  TASK_CREATED: [{ key: "DEMO-1", title: "Build", status: "DRAFT" }, "Maya created DEMO-1: Build"],
  TASK_UPDATED: [
    { changed: ["title", "spec", "tags"], version: 4 },
    "Maya changed the title, what it runs, and the tags.",
  ],
  TASK_DELETED: [{ key: "DEMO-1", title: "Build" }, "Maya deleted DEMO-1: Build"],
  TASK_STATUS_CHANGED: [
    { from: "REVIEW", to: "QUEUED", verb: "requestChanges", reason: "CHANGES_REQUESTED", version: 4 },
    "Maya requested changes.",
  ],
  TASK_COMPLETED: [{ attempt: 1, resultCommit: "0123456789abcdef" }, "The task is completed, with commit 01234567."],
  RULE_CHANGED: [{ name: "Specs", what: "changed", isEnabled: false }, "Maya changed the rule Specs: it is off."],
  RULE_TRIGGERED: [
    {
      ...{ name: "Specs", triggerId: "g1", subject: "docs/a.md", what: "changed", status: "HELD" },
      ...{ reason: "OPEN_TASK", message: "DEMO-1 goes first.", createdTaskId: null },
    },
    "docs/a.md (changed) is held by the rule Specs. DEMO-1 goes first.",
  ],
  TASK_FAILED: [{ reason: "EXIT_CODE", message: "Exit code 3." }, "The task failed. Exit code 3."],
  TASK_RETRY_SCHEDULED: [
    { attempt: 2, availableAt: "2026-01-01T00:00:00Z", reason: "TIMEOUT" },
    "Attempt 1 did not succeed; attempt 2 is planned. The time limit of the task was reached.",
  ],
  TASK_STALLED: [{ reason: null }, "The task is stalled."],
  TASK_ESCALATED: [{ taskId: "t2" }, "Maya asked for a look at it in DEMO-t2."],
  TASKS_UNBLOCKED: [
    { completedTaskId: "t1", unblockedTaskIds: ["t2", "t3"] },
    "The end of DEMO-t1 unblocked DEMO-t2 and DEMO-t3.",
  ],
  TASK_DEPENDENCY_ADDED: [{ dependsOnId: "t2" }, "Maya made it wait for DEMO-t2."],
  TASK_DEPENDENCY_REMOVED: [{ dependsOnId: "t2" }, "Maya removed the dependency on DEMO-t2."],
  TASK_FILE_CHANGED: [
    { name: "a.task.md", conflicts: ["title"], remarks: [] },
    "Maya and the card disagree about the title.",
  ],
  SESSION_QUEUED: [{ position: 3, priority: 2 }, "Maya asked for a session: no. 3 in the queue."],
  SESSION_STARTED: [{ ...session, baseCommit: null }, "Attempt 2 started."],
  SESSION_PROMPTED: [{ ...session, promptId: "p1", text: "Hello" }, "Maya wrote to attempt 2."],
  SESSION_PROMPT_DELIVERED: [{ ...session, promptId: "p1" }, "Attempt 2 has taken what was said to it."],
  SESSION_PROMPT_REFUSED: [
    { ...session, promptId: "p1", reason: "It has ended." },
    "Attempt 2 did not take what was said to it. It has ended.",
  ],
  QUESTION_ASKED: [
    { ...session, questionId: "q1", tool: "Bash", input: "rm x", expiresAt: "2026-11-20T12:00:00.000Z" },
    "Attempt 2 asks whether it may use Bash.",
  ],
  QUESTION_ANSWERED: [
    { ...session, questionId: "q1", tool: "Bash", decision: "deny" },
    "Maya denied attempt 2 the use of Bash.",
  ],
  BUDGET_REACHED: [
    { spentUsd: 5.014, budgetUsd: 5, until: "2026-11-21T00:00:00.000Z" },
    "The budget of the day is spent: $5.01 of $5.00. No agent starts before its end.",
  ],
  SESSION_ENDED: [
    { ...session, status: "FAILED", reason: "EXIT_CODE", exitCode: 1, message: null },
    "Attempt 2 ended. The command ended with an exit code other than 0.",
  ],
  SANDBOX_SPAWNED: [{ taskId: "t1", sessionId: "s1", pid: 42 }, "The sandbox runs as process 42."],
  SANDBOX_TERMINATED: [{ taskId: "t1", sessionId: "s1" }, "The sandbox has ended."],
  RESOURCE_EXHAUSTED: [
    { resource: "cpu", usage: 7, limit: 8, sessionIds: ["s1"], taskId: "t1", asked: 2 },
    "There was not enough cpu: 7 of 8 cores are given out to 1 session, it asks for 2.",
  ],
  AGENT_PAUSED: [
    { agent: "codex", until: "2030-01-01T14:20:00.000Z", reason: "RATE_LIMITED" },
    "The provider of codex asked to wait; no task of this type starts before its time.",
  ],
  AGENT_RESUMED: [{ agent: "codex" }, "Maya lets tasks of codex start again."],
  MONITOR_REACTED: [
    { kind: "pending", strategy: "log_only", taskId: "t1", waitedSeconds: 7200 },
    "The monitor noticed that it waits for 2 hours.",
  ],
  QUEUE_CLEARED: [{ taskIds: ["t1", "t2"] }, "Maya cleared the queue: 2 tasks."],
  CHAT_POSTED: [{ text: "/help" }, "Maya wrote: /help"],
  CHAT_ANSWERED: [{ text: "Here.", replyToId: "c1", taskIds: [] }, "Runboard answered: Here."],
  CONFIG_CHANGED: [{ changed: ["maxConcurrent"] }, "Maya changed the configuration: maxConcurrent."],
};

const eventOf = (type: EventType): JournalEvent =>
  ({
    seq: 1,
    type,
    projectId: "p1",
    entityType: "task",
    entityId: "t1",
    actor: { type: "person", id: "maya", name: "Maya" },
    at: "2026-01-01T00:00:00Z",
    payload: samples[type][0],
  }) as JournalEvent;

describe("the sentence of an event", () => {
  it.each(eventTypes)("says what %s is", (type) => {
    expect(eventPayloads[type].safeParse(samples[type][0]).success).toBe(true);
    expect(eventSentence(eventOf(type), (id) => `DEMO-${id}`)).toBe(samples[type][1]);
  });

  it("names at most five tasks", () => {
    const event = {
      ...eventOf("TASKS_UNBLOCKED"),
      payload: { completedTaskId: "a", unblockedTaskIds: ["1", "2", "3", "4", "5", "6", "7"] },
    } as JournalEvent;
    expect(eventSentence(event, (id) => id)).toBe("The end of a unblocked 1, 2, 3, 4, and 3 more.");
  });

  it("shows a type it does not know by its name", () => {
    const event = { ...eventOf("TASK_CREATED"), type: "TASK_SUNG" } as unknown as JournalEvent;
    expect(eventSentence(event, (id) => id)).toBe("Maya: TASK_SUNG");
  });
});
