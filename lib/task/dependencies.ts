import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { record } from "@/lib/journal.ts";
import { findTask, keyOf, lockTask, type TaskRow } from "@/lib/task/find.ts";
import { editableGraphStatuses } from "@/lib/task/machine.ts";
import { transition } from "@/lib/task/transition.ts";

/** Makes a task wait for another one. Idempotent. Refused once the task is claimed, across projects, and for cycles. */
export async function addDependency(
  tx: Tx,
  ref: string,
  options: { dependsOn: string; actor: Actor },
): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  const dependsOn = await findTask(tx, options.dependsOn);
  if (dependsOn.projectId !== task.projectId) {
    throw new DomainError(
      "DEPENDENCY_OTHER_PROJECT",
      `${keyOf(dependsOn)} belongs to another project than ${keyOf(task)}.`,
    );
  }
  if (await exists(tx, task.id, dependsOn.id)) return task;
  refuseClaimed(task);
  await refuseCycle(tx, task, dependsOn);
  await tx.dependency.create({ data: { taskId: task.id, dependsOnId: dependsOn.id, projectId: task.projectId } });
  if (dependsOn.status !== "COMPLETED") {
    await tx.task.update({ where: { id: task.id }, data: { openDependencies: { increment: 1 } } });
    if (task.status === "QUEUED" && !task.isForced) {
      await transition(tx, task.id, "unqueue", { actor: options.actor, reason: "DEPENDENCY_ADDED" });
    }
  }
  recordEdge(tx, "TASK_DEPENDENCY_ADDED", task, dependsOn.id, options.actor);
  return findTask(tx, task.id);
}

export async function removeDependency(
  tx: Tx,
  ref: string,
  options: { dependsOn: string; actor: Actor },
): Promise<TaskRow> {
  const task = await lockTask(tx, ref);
  const dependsOn = await findTask(tx, options.dependsOn);
  if (!(await exists(tx, task.id, dependsOn.id))) return task;
  await tx.dependency.delete({ where: { taskId_dependsOnId: { taskId: task.id, dependsOnId: dependsOn.id } } });
  if (dependsOn.status !== "COMPLETED") {
    await tx.task.update({ where: { id: task.id }, data: { openDependencies: { decrement: 1 } } });
  }
  recordEdge(tx, "TASK_DEPENDENCY_REMOVED", task, dependsOn.id, options.actor);
  return findTask(tx, task.id);
}

async function exists(tx: Tx, taskId: string, dependsOnId: string): Promise<boolean> {
  return (await tx.dependency.count({ where: { taskId, dependsOnId } })) > 0;
}

function refuseClaimed(task: TaskRow): void {
  const allowed: readonly string[] = editableGraphStatuses;
  if (allowed.includes(task.status)) return;
  throw new DomainError(
    "ILLEGAL_TRANSITION",
    `${keyOf(task)} is ${task.status}: it can no longer wait for another task.`,
    {
      found: task.status,
      allowed,
    },
  );
}

/** The project's lock is held, so no edge can appear between the look and the insert. */
async function refuseCycle(tx: Tx, task: TaskRow, dependsOn: TaskRow): Promise<void> {
  const path = task.id === dependsOn.id ? [task.id] : await findPath(tx, dependsOn.id, task.id);
  if (path === null) return;
  const names = await namesAlong(tx, [task.id, ...path]);
  throw new DomainError("DEPENDENCY_CYCLE", `${keyOf(task)} would wait for itself: ${names.join(" → ")}.`, {
    path: names,
  });
}

/**
 * Walks along dependencies from `start`; the ids from there to `goal`, or null. Each edge is read once, and none where nothing waits
 * for the goal, as for a new card. They come as one JSON: row by row fifty thousand take longer than the walk.
 */
async function findPath(tx: Tx, start: string, goal: string): Promise<string[] | null> {
  if ((await tx.dependency.count({ where: { dependsOnId: goal }, take: 1 })) === 0) return null;
  const [{ next }] = await tx.$queryRaw<[{ next: Record<string, string[]> | null }]>`
    WITH RECURSIVE reached(id) AS (
      SELECT ${start}::uuid UNION SELECT d."dependsOnId" FROM "Dependency" d JOIN reached r ON d."taskId" = r.id)
    SELECT json_object_agg(e.id, e.to) AS next FROM (
      SELECT r.id, json_agg(d."dependsOnId") AS to FROM "Dependency" d JOIN reached r ON d."taskId" = r.id
      WHERE EXISTS (SELECT 1 FROM reached WHERE id = ${goal}::uuid) GROUP BY r.id) e`;
  const cameFrom = new Map<string, string | null>([[start, null]]);
  const ahead = [start];
  for (let index = 0; index < ahead.length; index++) {
    const here = ahead[index]!;
    if (here === goal) return traceBack(cameFrom, goal);
    for (const to of next?.[here] ?? []) {
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, here);
      ahead.push(to);
    }
  }
  return null;
}

function traceBack(cameFrom: Map<string, string | null>, goal: string): string[] {
  const path: string[] = [];
  for (let id: string | null = goal; id !== null; id = cameFrom.get(id) ?? null) path.unshift(id);
  return path;
}

/** A path longer than people read is told by its two ends. */
async function namesAlong(tx: Tx, ids: string[]): Promise<string[]> {
  const shown = 5;
  const left = ids.length - 2 * shown;
  if (left <= 1) return namesOf(tx, ids);
  const names = await namesOf(tx, [...ids.slice(0, shown), ...ids.slice(-shown)]);
  return [...names.slice(0, shown), `… ${left} more …`, ...names.slice(shown)];
}

async function namesOf(tx: Tx, ids: string[]): Promise<string[]> {
  const rows = await tx.task.findMany({ where: { id: { in: ids } }, include: { project: { select: { key: true } } } });
  const names = new Map(rows.map((row) => [row.id, keyOf(row)]));
  return ids.map((id) => names.get(id)!);
}

function recordEdge(
  tx: Tx,
  type: "TASK_DEPENDENCY_ADDED" | "TASK_DEPENDENCY_REMOVED",
  task: TaskRow,
  dependsOnId: string,
  actor: Actor,
): void {
  record(tx, {
    streamId: task.projectId,
    type,
    entityType: "task",
    entityId: task.id,
    actor,
    payload: { dependsOnId },
  });
}
