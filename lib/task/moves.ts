import type { Actor } from "@/lib/actor.ts";
import { configSchema } from "@/lib/config/schema.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { record } from "@/lib/journal.ts";
import { findLiveSession, transitionSession } from "@/lib/session/transition.ts";
import { updateTask } from "@/lib/task/edit.ts";
import { findTask, keyOf, lockTask, type TaskRow } from "@/lib/task/find.ts";
import type { TaskStatus, TaskVerb } from "@/lib/task/machine.ts";
import { estimateStart, readPace } from "@/lib/task/queue-estimate.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { parseSpec } from "@/lib/task/spec.ts";
import { type SessionType, type TransitionOptions, transition } from "@/lib/task/transition.ts";
import { openBlockers } from "@/lib/task/view.ts";

const defaults = configSchema.parse({});

/** What people do with a card. Each takes the project's lock, moves the task once and returns it as it then is. */

export async function approve(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  requireRunnable(task);
  return move(tx, task, "approve", { actor });
}

export async function withdraw(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  return move(tx, await lockTask(tx, ref), "withdraw", { actor });
}

/** Queues for a person. Refuses with TASK_BLOCKED while dependencies are open, unless forced, and with QUEUE_FULL. */
export async function queue(tx: Tx, ref: string, options: { actor: Actor; isForced?: boolean }): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  await putInQueue(tx, task, options);
  return (await tellPlace(tx, task.id, options.actor)).task;
}

export async function unqueue(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  return move(tx, await lockTask(tx, ref), "unqueue", { actor, reason: "ASKED" });
}

/** A person's second try of what failed or stalled: fresh attempts. */
export async function retry(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  if (task.status === "FAILED" || task.status === "STALLED") return queue(tx, task.id, { actor });
  throw new DomainError(
    "ILLEGAL_TRANSITION",
    `${keyOf(task)} is ${task.status}; retry is possible from FAILED, STALLED.`,
    {
      found: task.status,
      allowed: ["FAILED", "STALLED"],
      verb: "retry",
    },
  );
}

export async function cancel(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  const session = await findLiveSession(tx, task.id);
  if (session !== null) await transitionSession(tx, session.id, "cancel", { actor, reason: "CANCELLED_BY_PERSON" });
  return move(tx, task, "cancel", { actor, reason: "CANCELLED_BY_PERSON" });
}

export async function complete(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  return move(tx, await lockTask(tx, ref), "complete", { actor, reason: "BY_HAND" });
}

export async function reopen(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  return move(tx, await lockTask(tx, ref), "reopen", { actor });
}

export async function accept(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  return move(tx, await lockTask(tx, ref), "accept", { actor });
}

export async function requestChanges(
  tx: Tx,
  ref: string,
  options: { actor: Actor; feedback: string },
): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  await sendBack(tx, task, options.actor, options.feedback);
  return (await tellPlace(tx, task.id, options.actor)).task;
}

const sendBack = (tx: Tx, task: TaskRow, actor: Actor, feedback: string) =>
  transition(tx, task.id, "requestChanges", { actor, reason: "CHANGES_REQUESTED", set: { feedback } });

/** A queued task and its place in the one order, from 1. */
export interface Started {
  task: TaskRow;
  position: number;
}

export interface StartOptions {
  actor: Actor;
  priority?: number;
  /** autonomous unless said. */
  sessionType?: SessionType;
  /** Told to the next attempt. */
  feedback?: string;
}

/** Draft → approved → queued in one go, for a person who wants it to run. */
export async function start(tx: Tx, ref: string, options: StartOptions): Promise<Started> {
  return startLocked(tx, await lockTask(tx, ref), options);
}

/** The same of a task as it is now, its project's lock held. */
export async function startLocked(tx: Tx, task: TaskRow, options: StartOptions): Promise<Started> {
  if (options.priority !== undefined && options.priority !== task.priority) {
    const changes = { priority: options.priority };
    await updateTask(tx, task.id, { changes, version: task.version, actor: options.actor });
  }
  if (task.status === "REVIEW" && options.feedback !== undefined)
    await sendBack(tx, task, options.actor, options.feedback);
  else if (task.status === "QUEUED") await takeOver(tx, task, options);
  else await putInQueue(tx, await makeQueueable(tx, task, options.actor), options);
  return tellPlace(tx, task.id, options.actor);
}

/** A task that a person has just queued, and records the place it got. */
async function tellPlace(tx: Tx, taskId: string, actor: Actor): Promise<Started> {
  const task = await findTask(tx, taskId);
  const position = await queuePosition(tx, task);
  const estimatedStart = estimateStart(position, await readPace(tx), new Date())?.toISOString();
  record(tx, {
    streamId: task.projectId,
    type: "SESSION_QUEUED",
    entityType: "task",
    entityId: task.id,
    actor,
    payload: { position, priority: task.priority, ...(estimatedStart ? { estimatedStart } : {}) },
  });
  return { task, position };
}

/**
 * What is in the queue already keeps its place, and is the person's from here on: it stays when the project's switch goes off, waits for no
 * retry's time, becomes the session that was asked for, and its next attempt is told what was added.
 */
async function takeOver(tx: Tx, task: TaskRow, options: StartOptions): Promise<void> {
  const { actor, sessionType = task.sessionType, feedback: added } = options;
  const wanted = {
    queuedBy: "person",
    sessionType,
    availableAt: null,
    feedback: added === undefined ? task.feedback : [task.feedback, added].filter(Boolean).join("\n\n"),
  };
  const changed = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((field) => wanted[field] !== task[field]);
  if (changed.length === 0) return;
  const { version } = await tx.task.update({
    where: { id: task.id },
    data: { ...wanted, requestedBy: actor.id, version: { increment: 1 } },
  });
  await tx.$executeRaw`UPDATE "Task" SET "waitingSince" = least("waitingSince", clock_timestamp()) WHERE id = ${task.id}::uuid`;
  record(tx, {
    streamId: task.projectId,
    type: "TASK_UPDATED",
    entityType: "task",
    entityId: task.id,
    actor,
    payload: { changed, version },
  });
}

const towardsApproved: Partial<Record<string, TaskVerb>> = {
  DRAFT: "approve",
  COMPLETED: "reopen",
  CANCELLED: "reopen",
};

/** It is approved or can be, and stands there until nothing is in its way. */
export const mayWaitApproved = (status: string): boolean => status === "APPROVED" || status in towardsApproved;

/** Takes a task whose lock is held to where it can be queued from; nothing to do for most. What has to wait for others stands there. */
export async function makeQueueable(tx: Tx, task: TaskRow, actor: Actor): Promise<TaskRow> {
  const verb = towardsApproved[task.status];
  if (verb === undefined) return task;
  requireRunnable(task);
  const { to } = await transition(tx, task.id, verb, { actor });
  return { ...task, status: to };
}

/** Queues a task whose lock is held. */
async function putInQueue(tx: Tx, task: TaskRow, options: StartOptions & { isForced?: boolean }): Promise<void> {
  const { actor, isForced = false, sessionType = "autonomous", feedback } = options;
  if (task.openDependencies > 0 && !isForced && canQueue(task.status)) throw await blocked(tx, task);
  await roomInQueue(tx);
  await transition(tx, task.id, "queue", {
    actor,
    reason: "ASKED",
    set: { isForced, sessionType, ...(feedback === undefined ? {} : { feedback }) },
  });
}

async function queuePosition(tx: Tx, task: TaskRow): Promise<number> {
  const [row] = await tx.$queryRaw<[{ ahead: number }]>`
    SELECT count(*)::int AS ahead FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NULL
      AND ("queueRank", id) < (${task.queueRank ?? 0}::float8, ${task.id}::uuid)`;
  return row.ahead + 1;
}

async function move(tx: Tx, task: TaskRow, verb: TaskVerb, options: TransitionOptions): Promise<TaskRow> {
  await transition(tx, task.id, verb, options);
  return findTask(tx, task.id);
}

/** What is no draft any more was checked when it was approved. */
function requireRunnable(task: TaskRow): void {
  if (task.status === "DRAFT") parseSpec(task.type as TaskType, task.spec, keyOf(task));
}

const canQueue = (status: string): boolean =>
  (["APPROVED", "FAILED", "STALLED"] satisfies TaskStatus[] as string[]).includes(status);

async function blocked(tx: Tx, task: TaskRow): Promise<DomainError> {
  const blockers = await openBlockers(tx, task.id);
  const names = blockers.map(({ key, status }) => `${key} (${status})`).join(", ");
  return new DomainError("TASK_BLOCKED", `${keyOf(task)} waits for ${names}. Queue it with force to run it anyway.`, {
    blockedBy: blockers,
  });
}

/**
 * How many more tasks the queue takes, until this transaction ends: whoever lets tasks in counts alone. It has a bound: QUEUE_FULL over
 * it, and nothing that waits is lost. After the project's lock; a caller that locks sessions has done so before.
 */
export async function roomInQueue(tx: Tx): Promise<number> {
  const [{ limit, queued }] = await tx.$queryRaw<[{ limit: number; queued: number }]>`
    SELECT "limit", queued FROM count_queue(${defaults.maxQueueSize}::int)`;
  if (queued < limit) return limit - queued;
  throw new DomainError("QUEUE_FULL", `The queue holds ${queued} tasks, its limit. Try again when some have started.`, {
    limit,
  });
}
