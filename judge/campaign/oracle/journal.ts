import type { JournalEvent, JournalEventOf } from "../../../lib/events.ts";
import type { Evidence } from "../evidence.ts";
import { isLegal } from "./legal-moves.ts";

/** Where a task stands after some part of the journal, folded by the judge alone. */
export interface Told {
  title: string;
  status: string;
  attempts: number;
  generation: number;
  version: number;
  /** How it was completed last; null while it is not. */
  completed: { verb: string; attempt: number; resultCommit: string | null } | null;
  dependsOn: Set<string>;
  /** Claims since a person or the board queued it afresh. */
  claimsInARow: number;
  /** A retry may not be claimed before. */
  availableAt: string | null;
}

export interface Claimed {
  taskId: string;
  attempt: number;
  /** What it waited for at that moment, as each stood then. */
  dependencies: { taskId: string; completed: Told["completed"] }[];
}

export interface Folded {
  tasks: Map<string, Told>;
  claims: Claimed[];
  /** session id → status; a claim has no event of its own in the session's name. */
  sessions: Map<string, string>;
  violations: string[];
}

interface Fold extends Folded {
  /** Tasks that have a live session. */
  live: Set<string>;
  /** What a task was made to wait for, by its title: the journal does not tell, who asked for it does. */
  firstEdges: Map<string, string[]>;
  /** The limit of the project, as far as it is known exactly. */
  limit: { values: number[]; at: number; isExact: boolean };
  slots: number;
}

const claimsInARowMax = 6;

/** Plays the journal from nothing; every step has to be legal and within every limit. */
export function foldJournal(evidence: Evidence): Folded {
  const fold = begin(evidence);
  evidence.events.forEach((event, index) => {
    if (event.seq !== index + 1) fold.violations.push(`event ${event.seq}: it is number ${index + 1} of the journal`);
    if (!event.actor?.type || !event.actor.id) fold.violations.push(`event ${event.seq}: it has no actor`);
    follow(fold, event);
  });
  return fold;
}

function begin({ events, tasks, created, limits, slots }: Evidence): Fold {
  const idOf = new Map(tasks.map(({ ref, id }) => [ref, id]));
  const planned = tasks.map(
    ({ ref, dependsOn }) => [ref, dependsOn.map((other) => idOf.get(other)!)] as [string, string[]],
  );
  const isExact = events.filter(isChangeOfSettings).length === limits.length;
  return {
    ...{ tasks: new Map(), claims: [], sessions: new Map(), violations: [], live: new Set(), slots },
    firstEdges: new Map([...planned, ...created]),
    limit: { values: limits, at: -1, isExact },
  };
}

const isChangeOfSettings = (event: JournalEvent): boolean =>
  event.type === "PROJECT_UPDATED" && event.payload.changed.includes("settings");

function follow(fold: Fold, event: JournalEvent): void {
  const task = fold.tasks.get(event.entityId);
  if (event.type === "PROJECT_UPDATED" && isChangeOfSettings(event)) fold.limit.at += 1;
  else if (event.type === "TASK_CREATED") create(fold, event);
  else if (event.type === "TASK_DELETED") fold.tasks.delete(event.entityId);
  else if (event.type === "SESSION_STARTED") fold.sessions.set(event.entityId, "RUNNING");
  else if (event.type === "SESSION_ENDED") endSession(fold, event);
  else if (task !== undefined) change(fold, task, event);
  else if (event.type === "TASK_STATUS_CHANGED") wrong(fold, event, `${event.entityId} moves and was never created`);
}

function create(fold: Fold, event: JournalEventOf<"TASK_CREATED">): void {
  const { title, status } = event.payload;
  if (fold.tasks.has(event.entityId)) wrong(fold, event, `${title} is created a second time`);
  fold.tasks.set(event.entityId, {
    ...{ title, status, attempts: 0, generation: 1, version: 1, completed: null, claimsInARow: 0, availableAt: null },
    dependsOn: new Set(fold.firstEdges.get(title) ?? []),
  });
}

function change(fold: Fold, task: Told, event: JournalEvent): void {
  if (event.type === "TASK_DEPENDENCY_ADDED") task.dependsOn.add(event.payload.dependsOnId);
  if (event.type === "TASK_DEPENDENCY_REMOVED") task.dependsOn.delete(event.payload.dependsOnId);
  if (event.type === "TASK_RETRY_SCHEDULED") task.availableAt = event.payload.availableAt;
  // A person who starts a task that waits for its retry starts it at once.
  if (event.type === "TASK_UPDATED" && event.payload.changed.includes("availableAt")) task.availableAt = null;
  if (event.type === "TASK_COMPLETED" && task.completed) task.completed.resultCommit = event.payload.resultCommit;
  if (event.type === "TASK_UPDATED" || event.type === "TASK_STATUS_CHANGED") countVersion(fold, task, event);
  if (event.type === "TASK_STATUS_CHANGED") move(fold, task, event);
}

function countVersion(
  fold: Fold,
  task: Told,
  event: JournalEventOf<"TASK_UPDATED"> | JournalEventOf<"TASK_STATUS_CHANGED">,
): void {
  const { version } = event.payload;
  if (version !== task.version + 1) wrong(fold, event, `${task.title} goes from version ${task.version} to ${version}`);
  task.version = version;
}

function endSession(fold: Fold, event: JournalEventOf<"SESSION_ENDED">): void {
  const { taskId, attempt, status } = event.payload;
  const before = fold.sessions.get(event.entityId);
  const task = fold.tasks.get(taskId);
  if (before !== undefined && before !== "RUNNING")
    wrong(fold, event, `session ${event.entityId} ends as ${status} and had ended as ${before}`);
  if (status === "SUCCEEDED" && task?.attempts !== attempt)
    wrong(fold, event, `I5: attempt ${attempt} of ${task?.title} is accepted, the current one is ${task?.attempts}`);
  fold.sessions.set(event.entityId, status);
  if (task?.attempts === attempt) fold.live.delete(taskId);
}

function move(fold: Fold, task: Told, event: JournalEventOf<"TASK_STATUS_CHANGED">): void {
  const { from, to, verb } = event.payload;
  if (task.status !== from) wrong(fold, event, `${task.title} moves from ${from} and was ${task.status}`);
  if (!isLegal(verb, from, to)) wrong(fold, event, `${task.title}: ${verb} from ${from} to ${to} is not legal`);
  if (to === "COMPLETED" && task.completed)
    wrong(fold, event, `I1: ${task.title} is completed twice in one generation`);
  if (verb === "reopen") task.generation += 1;
  if (verb === "reopen" || verb === "queue") task.claimsInARow = 0;
  if (verb === "claim") claim(fold, task, event);
  if (verb !== "retry") task.availableAt = null;
  task.status = to;
  task.completed = to === "COMPLETED" ? { verb, attempt: task.attempts, resultCommit: null } : null;
}

function claim(fold: Fold, task: Told, event: JournalEventOf<"TASK_STATUS_CHANGED">): void {
  const { entityId: taskId, at } = event;
  const { title, availableAt } = task;
  task.attempts += 1;
  task.claimsInARow += 1;
  if (fold.live.has(taskId)) wrong(fold, event, `I3: ${title} is claimed while an attempt of it is live`);
  fold.live.add(taskId);
  checkLimits(fold, event);
  if (task.claimsInARow > claimsInARowMax)
    wrong(fold, event, `I4: ${title} is claimed ${task.claimsInARow} times without having been queued afresh`);
  if (availableAt !== null && at < availableAt)
    wrong(fold, event, `I4: ${title} is claimed at ${at}, its retry was put off until ${availableAt}`);
  const dependencies = [...task.dependsOn].map((id) => ({
    taskId: id,
    completed: fold.tasks.get(id)?.completed ?? null,
  }));
  for (const { taskId: other, completed } of dependencies) {
    const { title: name, status } = fold.tasks.get(other) ?? {};
    if (completed === null)
      wrong(fold, event, `I2: ${title} is claimed while ${name}, which it waits for, is ${status}`);
  }
  fold.claims.push({ taskId, attempt: task.attempts, dependencies });
}

function checkLimits(fold: Fold, event: JournalEvent): void {
  const { values, at, isExact } = fold.limit;
  const limit = isExact ? values[at]! : Math.max(...values);
  const { size } = fold.live;
  if (size > limit) wrong(fold, event, `I8: ${size} sessions are live in the project, its limit is ${limit}`);
  if (size > fold.slots)
    wrong(fold, event, `I8: ${size} sessions are live, all orchestrators have ${fold.slots} slots`);
}

function wrong(fold: Fold, { seq }: JournalEvent, text: string): void {
  fold.violations.push(`event ${seq}: ${text}`);
}
