import { addedReason, reasonSentence } from "@/components/task/reason-words.ts";
import { formatUsd } from "@/components/ui/format-amount.ts";
import type { EventType, JournalEvent, JournalEventOf } from "@/lib/events.ts";

/** The key of a task by its id; the id's first part where the task is gone. */
export type NameOf = (taskId: string) => string;

type Sentences = { [Type in EventType]: (event: JournalEventOf<Type>, nameOf: NameOf) => string };

const listed = new Intl.ListFormat("en", { type: "conjunction" });

const verbWords: Record<string, string> = {
  approve: "approved the task",
  withdraw: "took the approval back",
  queue: "queued the task",
  unqueue: "took the task out of the queue",
  claim: "started a session",
  succeed: "finished the work",
  pass: "passed the checks",
  reject: "rejected the work",
  accept: "accepted the work",
  requestChanges: "requested changes",
  retry: "put the task back for another attempt",
  fail: "gave the task up as failed",
  stall: "marked the task as stalled",
  cancel: "cancelled the task",
  complete: "completed the task by hand",
  reopen: "reopened the task",
};

const fieldWords: Record<string, string> = {
  spec: "what it runs",
  maxAttempts: "the number of attempts",
  timeoutSeconds: "the time limit",
  position: "the place on the board",
  parentId: "the parent",
};

const fields = (changed: readonly string[]) => listed.format(changed.map((name) => fieldWords[name] ?? `the ${name}`));
const tasks = (ids: readonly string[], nameOf: NameOf) =>
  ids.length > 5
    ? `${listed.format([...ids.slice(0, 4).map(nameOf), `${ids.length - 4} more`])}`
    : listed.format(ids.map(nameOf));
const count = (n: number, one: string) => (n === 1 ? `1 ${one}` : `${n} ${one}s`);
const because = (code: string | null) => (addedReason(code) ? ` ${addedReason(code)}` : "");
const shortCommit = (commit: string | null) => (commit ? commit.slice(0, 8) : null);

const amount = (resource: string, value: number): number =>
  resource === "cpu" ? value : Math.round((value / 1024 ** 3) * 10) / 10;
const amountWithUnit = (resource: string, value: number): string =>
  `${amount(resource, value)} ${resource === "cpu" ? "cores" : "GiB"}`;
const duration = (seconds: number): string =>
  seconds >= 7200
    ? count(Math.floor(seconds / 3600), "hour")
    : seconds >= 120
      ? count(Math.floor(seconds / 60), "minute")
      : count(Math.floor(seconds), "second");
const noticed = {
  pending: (time: string) => `that it waits for ${time}`,
  silent: (time: string) => `that its session has given no sign of life for ${time}`,
  no_heartbeat: (time: string) => `that nobody has spoken for its session for ${time}`,
};

const sentences: Sentences = {
  PROJECT_CREATED: ({ actor, payload }) => `${actor.name} created the project ${payload.name}.`,
  PROJECT_UPDATED: ({ actor, payload }) => `${actor.name} changed ${fields(payload.changed)} of the project.`,
  PROJECT_ARCHIVED: ({ actor, payload }) => `${actor.name} archived the project ${payload.key}.`,
  AUTONOMOUS_MODE_CHANGED: ({ actor, payload }) =>
    payload.enabled
      ? `${actor.name} turned autonomous mode on.`
      : payload.returnedTaskIds.length > 0
        ? `${actor.name} turned autonomous mode off; ${count(payload.returnedTaskIds.length, "queued task")} went back.`
        : `${actor.name} turned autonomous mode off.`,
  TASK_CREATED: ({ actor, payload }) => `${actor.name} created ${payload.key}: ${payload.title}`,
  TASK_UPDATED: ({ actor, payload }) => `${actor.name} changed ${fields(payload.changed)}.`,
  TASK_DELETED: ({ actor, payload }) => `${actor.name} deleted ${payload.key}: ${payload.title}`,
  TASK_STATUS_CHANGED: ({ actor, payload }) =>
    `${actor.name} ${verbWords[payload.verb] ?? "moved the task"}.${because(payload.reason)}`,
  TASK_COMPLETED: ({ payload }) =>
    payload.resultCommit
      ? `The task is completed, with commit ${shortCommit(payload.resultCommit)}.`
      : "The task is completed.",
  TASK_FAILED: ({ payload }) => `The task failed. ${payload.message ?? reasonSentence(payload.reason) ?? ""}`.trim(),
  TASK_RETRY_SCHEDULED: ({ payload }) =>
    `Attempt ${payload.attempt - 1} did not succeed; attempt ${payload.attempt} is planned.${because(payload.reason)}`,
  TASK_STALLED: ({ payload }) => `The task is stalled.${because(payload.reason)}`,
  TASK_ESCALATED: ({ actor, payload }, nameOf) => `${actor.name} asked for a look at it in ${nameOf(payload.taskId)}.`,
  TASKS_UNBLOCKED: ({ payload }, nameOf) =>
    `The end of ${nameOf(payload.completedTaskId)} unblocked ${tasks(payload.unblockedTaskIds, nameOf)}.`,
  TASK_DEPENDENCY_ADDED: ({ actor, payload }, nameOf) =>
    `${actor.name} made it wait for ${nameOf(payload.dependsOnId)}.`,
  TASK_DEPENDENCY_REMOVED: ({ actor, payload }, nameOf) =>
    `${actor.name} removed the dependency on ${nameOf(payload.dependsOnId)}.`,
  TASK_FILE_CHANGED: ({ actor, payload }) =>
    payload.conflicts.length > 0
      ? `${actor.name} and the card disagree about ${fields(payload.conflicts)}.`
      : payload.remarks.length > 0
        ? `${actor.name}: ${payload.remarks.join(" ")}`
        : `${actor.name} and the card agree.`,
  RULE_CHANGED: ({ actor, payload }) =>
    `${actor.name} ${payload.what} the rule ${payload.name}${payload.what === "changed" && !payload.isEnabled ? ": it is off" : ""}.`,
  RULE_TRIGGERED: ({ payload }, nameOf) =>
    payload.createdTaskId === null
      ? `${payload.subject} (${payload.what}) is ${payload.status === "HELD" ? "held" : "skipped"} by the rule ${payload.name}. ${payload.message ?? ""}`.trim()
      : `${nameOf(payload.createdTaskId)} came of ${payload.subject} (${payload.what}), by the rule ${payload.name}.`,
  SESSION_QUEUED: ({ actor, payload }) => `${actor.name} asked for a session: no. ${payload.position} in the queue.`,
  SESSION_STARTED: ({ payload }) => `Attempt ${payload.attempt} started.`,
  SESSION_PROMPTED: ({ actor, payload }) => `${actor.name} wrote to attempt ${payload.attempt}.`,
  SESSION_PROMPT_DELIVERED: ({ payload }) => `Attempt ${payload.attempt} has taken what was said to it.`,
  SESSION_PROMPT_REFUSED: ({ payload }) =>
    `Attempt ${payload.attempt} did not take what was said to it. ${payload.reason}`,
  QUESTION_ASKED: ({ payload }) => `Attempt ${payload.attempt} asks whether it may use ${payload.tool}.`,
  QUESTION_ANSWERED: ({ actor, payload }) =>
    `${actor.name} ${payload.decision === "allow" ? "allowed" : "denied"} attempt ${payload.attempt} the use of ${payload.tool}.`,
  BUDGET_REACHED: ({ payload }) =>
    `The budget of the day is spent: ${formatUsd(payload.spentUsd)} of ${formatUsd(payload.budgetUsd)}. No agent starts before its end.`,
  SESSION_ENDED: ({ payload }) =>
    `Attempt ${payload.attempt} ended. ${payload.message ?? reasonSentence(payload.reason) ?? ""}`.trim(),
  SANDBOX_SPAWNED: ({ payload }) => `The sandbox runs as process ${payload.pid}.`,
  SANDBOX_TERMINATED: () => "The sandbox has ended.",
  RESOURCE_EXHAUSTED: ({ payload }) =>
    `There was not enough ${payload.resource}: ${amount(payload.resource, payload.usage)} of ${amountWithUnit(payload.resource, payload.limit)} are given out to ${count(payload.sessionIds.length, "session")}, it asks for ${amount(payload.resource, payload.asked)}.`,
  AGENT_PAUSED: ({ payload }) =>
    `The provider of ${payload.agent} asked to wait; no task of this type starts before its time.`,
  AGENT_RESUMED: ({ actor, payload }) => `${actor.name} lets tasks of ${payload.agent} start again.`,
  MONITOR_REACTED: ({ payload }) => `The monitor noticed ${noticed[payload.kind](duration(payload.waitedSeconds))}.`,
  QUEUE_CLEARED: ({ actor, payload }) => `${actor.name} cleared the queue: ${count(payload.taskIds.length, "task")}.`,
  CHAT_POSTED: ({ actor, payload }) => `${actor.name} wrote: ${payload.text}`,
  CHAT_ANSWERED: ({ payload }) => `Runboard answered: ${payload.text}`,
  CONFIG_CHANGED: ({ actor, payload }) => `${actor.name} changed the configuration: ${listed.format(payload.changed)}.`,
};

/** One event of the journal as one sentence for people. A type of a newer server is shown by its name. */
export function eventSentence(event: JournalEvent, nameOf: NameOf): string {
  const write = sentences[event.type] as ((event: JournalEvent, nameOf: NameOf) => string) | undefined;
  return write ? write(event, nameOf) : `${event.actor.name}: ${(event as { type: string }).type}`;
}
