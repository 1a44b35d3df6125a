import type { Actor } from "@/lib/actor.ts";
import { readConfig } from "@/lib/config/config.ts";
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
import { type TransitionOptions, transition } from "@/lib/task/transition.ts";
import { openBlockers } from "@/lib/task/view.ts";

/** What people do with a card. Each takes the project's lock, moves the task once and returns it as it then is. */

export async function approve(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  if (task.status === "DRAFT") parseSpec(task.type as TaskType, task.spec, keyOf(task));
  return move(tx, task, "approve", { actor });
}

export async function withdraw(tx: Tx, ref: string, actor: Actor): Promise<TaskRow> {
  return move(tx, await lockTask(tx, ref), "withdraw", { actor });
}

/** Queues for a person. Refuses with TASK_BLOCKED while dependencies are open, unless forced, and with QUEUE_FULL. */
export async function queue(tx: Tx, ref: string, options: { actor: Actor; isForced?: boolean }): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  if (task.openDependencies > 0 && !options.isForced && canQueue(task.status)) throw await blocked(tx, task);
  await roomInQueue(tx);
  return move(tx, task, "queue", {
    actor: options.actor,
    reason: "ASKED",
    set: { isForced: options.isForced ?? false },
  });
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
  return move(tx, await lockTask(tx, ref), "requestChanges", {
    actor: options.actor,
    reason: "CHANGES_REQUESTED",
    set: { feedback: options.feedback },
  });
}

/** Draft → approved → queued in one go, for a person who wants it to run. Records the place it got in the queue. */
export async function start(tx: Tx, ref: string, options: { actor: Actor; priority?: number }): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  if (options.priority !== undefined && options.priority !== task.priority) {
    const changes = { priority: options.priority };
    await updateTask(tx, task.id, { changes, version: task.version, actor: options.actor });
  }
  if (task.status === "DRAFT") await approve(tx, task.id, options.actor);
  if (["COMPLETED", "CANCELLED"].includes(task.status)) await reopen(tx, task.id, options.actor);
  const queued =
    task.status === "QUEUED" ? await findTask(tx, task.id) : await queue(tx, task.id, { actor: options.actor });
  const position = await queuePosition(tx, queued);
  const estimatedStart = estimateStart(position, await readPace(tx), new Date())?.toISOString();
  record(tx, {
    streamId: task.projectId,
    type: "SESSION_QUEUED",
    entityType: "task",
    entityId: task.id,
    actor: options.actor,
    payload: { position, priority: queued.priority, ...(estimatedStart ? { estimatedStart } : {}) },
  });
  return queued;
}

/** The place of a queued task in the one order, from 1. */
export async function queuePosition(tx: Tx, task: TaskRow): Promise<number> {
  const [row] = await tx.$queryRaw<[{ ahead: number }]>`
    SELECT count(*)::int AS ahead FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NULL
      AND ("queueRank", id) < (${task.queueRank ?? 0}::float8, ${task.id}::uuid)`;
  return row.ahead + 1;
}

async function move(tx: Tx, task: TaskRow, verb: TaskVerb, options: TransitionOptions): Promise<TaskRow> {
  await transition(tx, task.id, verb, options);
  return findTask(tx, task.id);
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

/** How many more tasks the queue takes. It has a bound: QUEUE_FULL over it, and nothing that waits is lost. */
export async function roomInQueue(tx: Tx): Promise<number> {
  const { maxQueueSize } = await readConfig(tx);
  const [row] = await tx.$queryRaw<[{ n: number }]>`
    SELECT count(*)::int AS n FROM (SELECT 1 FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NULL LIMIT ${maxQueueSize}) q`;
  if (row.n < maxQueueSize) return maxQueueSize - row.n;
  throw new DomainError("QUEUE_FULL", `The queue holds ${row.n} tasks, its limit. Try again when some have started.`, {
    limit: maxQueueSize,
  });
}
