import type { z } from "zod";
import type { Actor } from "@/lib/actor.ts";
import { readConfig } from "@/lib/config/config.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { Prisma } from "@/lib/generated/prisma/client.ts";
import { record } from "@/lib/journal.ts";
import { defaultTimeoutSeconds, requireParent } from "@/lib/task/create.ts";
import { keyOf, lockTask, type TaskRow } from "@/lib/task/find.ts";
import type { TaskType, taskFields } from "@/lib/task/schema.ts";
import { isEmptySpec, parseSpec } from "@/lib/task/spec.ts";
import { viewTask } from "@/lib/task/view.ts";

export type TaskChanges = Partial<{ [Field in keyof typeof taskFields]: z.output<(typeof taskFields)[Field]> }> & {
  position?: number;
};

/** Changes fields of a card. `version` is the one the edit was based on; a stale one is VERSION_CONFLICT with the row. */
export async function updateTask(
  tx: Tx,
  ref: string,
  options: { changes: TaskChanges; version: number | undefined; actor: Actor },
): Promise<TaskRow> {
  const { version, actor } = options;
  const task = await lockTask(tx, ref);
  await refuseStale(tx, task, version);
  const changes = withLimitOfType(task, options.changes);
  const changed = (Object.keys(changes) as (keyof TaskChanges)[]).filter(
    (field) => JSON.stringify(changes[field]) !== JSON.stringify(comparable(task[field])),
  );
  if (changed.length === 0) return task;
  await requireParent(tx, task.projectId, changes.parentId ?? null);
  const data = Object.fromEntries(changed.map((field) => [field, changes[field]]));
  if (changed.includes("type") || changed.includes("spec")) data.spec = checkedSpec(task, changes);
  const edited = await tx.task.update({
    where: { id: task.id },
    data: { ...(data as Prisma.TaskUpdateInput), version: { increment: 1 } },
  });
  if (changed.includes("priority") && task.status === "QUEUED") await rerank(tx, task.id);
  record(tx, {
    streamId: task.projectId,
    type: "TASK_UPDATED",
    entityType: "task",
    entityId: task.id,
    actor,
    payload: { changed, version: task.version + 1 },
  });
  // Added, not spread: see viewOf.
  return Object.assign(edited, { project: task.project });
}

/** Deletes a card that does not run and that nothing open waits for. */
export async function deleteTask(tx: Tx, ref: string, actor: Actor): Promise<{ id: string; key: string }> {
  const task = await lockTask(tx, ref);
  const key = keyOf(task);
  const sandbox = await tx.sandbox.findFirst({ where: { taskId: task.id, terminatedAt: null } });
  if (task.status === "RUNNING" || task.status === "VALIDATING" || sandbox !== null) {
    throw new DomainError(
      "ILLEGAL_TRANSITION",
      `${key} still has a running sandbox. Cancel it first, then delete it.`,
      { found: task.status },
    );
  }
  const { blocks } = await viewTask(tx, task);
  if (blocks.length > 0 && task.status !== "COMPLETED") {
    throw new DomainError(
      "TASK_HAS_DEPENDENTS",
      `${blocks.length} open tasks wait for ${key}. Remove those dependencies first.`,
      { taskIds: blocks },
    );
  }
  if (task.status !== "COMPLETED") await forgetDependency(tx, task.id);
  await tx.task.delete({ where: { id: task.id } });
  record(tx, {
    streamId: task.projectId,
    type: "TASK_DELETED",
    entityType: "task",
    entityId: task.id,
    actor,
    payload: { key, title: task.title },
  });
  return { id: task.id, key };
}

/** What waited for it has been cancelled or completed by hand; opened again, it must not wait for a task that is gone. */
async function forgetDependency(tx: Tx, taskId: string): Promise<void> {
  await tx.$executeRaw`UPDATE "Task" SET "openDependencies" = "openDependencies" - 1
    WHERE id IN (SELECT "taskId" FROM "Dependency" WHERE "dependsOnId" = ${taskId}::uuid)`;
}

async function refuseStale(tx: Tx, task: TaskRow, version: number | undefined): Promise<void> {
  if (version === undefined) {
    throw new DomainError("VALIDATION_FAILED", "Send the version the edit was based on, in the body or as If-Match.", {
      issues: [{ path: "version", message: "Required" }],
    });
  }
  if (version !== task.version) {
    throw new DomainError(
      "VERSION_CONFLICT",
      `${keyOf(task)} was changed meanwhile: version ${task.version}, yours ${version}.`,
      {
        current: await viewTask(tx, task),
      },
    );
  }
}

/** Who has not said how long an attempt may take means what the type does: a command's minutes are too few for an agent. */
function withLimitOfType(task: TaskRow, changes: TaskChanges): TaskChanges {
  const { type, timeoutSeconds } = changes;
  const isDefault = task.timeoutSeconds === defaultTimeoutSeconds(task.type as TaskType);
  if (type === undefined || type === task.type || timeoutSeconds !== undefined || !isDefault) return changes;
  return { ...changes, timeoutSeconds: defaultTimeoutSeconds(type) };
}

const comparable = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value);

function checkedSpec(task: TaskRow, changes: TaskChanges): Record<string, unknown> {
  const type = changes.type ?? (task.type as TaskType);
  const spec = changes.spec ?? task.spec;
  return task.status === "DRAFT" && isEmptySpec(spec) ? {} : parseSpec(type, spec, keyOf(task));
}

async function rerank(tx: Tx, taskId: string): Promise<void> {
  const { priorityAgeingSeconds } = await readConfig(tx);
  await tx.$executeRaw`UPDATE "Task" SET "queueRank" = extract(epoch FROM "queuedAt") - priority * ${priorityAgeingSeconds}::float8
    WHERE id = ${taskId}::uuid AND status = 'QUEUED'`;
}
