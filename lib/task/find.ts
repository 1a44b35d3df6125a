import type { Tx } from "@/lib/db.ts";
import { notFound } from "@/lib/errors.ts";
import { lockStreamOfTask } from "@/lib/journal.ts";
import { isUuid, refuseArchived } from "@/lib/project/find.ts";

/** A task by id or by key such as DEMO-12. Throws NOT_FOUND. */
export async function findTask(tx: Tx, ref: string) {
  const include = { project: true } as const;
  const found = isUuid(ref) ? await tx.task.findUnique({ where: { id: ref }, include }) : await findByKey(tx, ref);
  if (found === null) throw notFound("task", ref);
  return found;
}

export type TaskRow = Awaited<ReturnType<typeof findTask>>;

export const keyOf = (task: { number: number; project: { key: string } }): string =>
  `${task.project.key}-${task.number}`;

/** The task under its project's lock, as it is now. */
export async function lockTask(tx: Tx, ref: string): Promise<TaskRow> {
  const id = isUuid(ref) ? ref : (await findTask(tx, ref)).id;
  await lockStreamOfTask(tx, id);
  const task = await findTask(tx, id);
  refuseArchived(task.project);
  return task;
}

/** A task's key in its parts, the project's as it is stored; null: it is none. */
export function readTaskKey(ref: string): { key: string; number: number } | null {
  const match = /^([A-Za-z][A-Za-z0-9]*)-(\d{1,9})$/.exec(ref);
  return match && { key: match[1]!.toUpperCase(), number: Number(match[2]) };
}

async function findByKey(tx: Tx, ref: string) {
  const named = readTaskKey(ref);
  if (named === null) return null;
  return tx.task.findFirst({
    where: { number: named.number, project: { key: named.key } },
    include: { project: true },
  });
}
