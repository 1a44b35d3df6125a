import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { keep, type RowOfCard } from "@/lib/task/file/keep.ts";
import type { Base } from "@/lib/task/file/meet.ts";
import type { Dispute } from "@/lib/task/file/schema.ts";
import { updateFields } from "@/lib/task/file/take.ts";
import { shownDispute, viewFile } from "@/lib/task/file/view.ts";
import { keyOf, lockTask } from "@/lib/task/find.ts";

interface Choice {
  field: string;
  keep: "card" | "file";
  /** The id of what was shown. */
  seen?: string | undefined;
  actor: Actor;
}

/**
 * A person chose. Either way what the file says is what was agreed on last: where the card says something else it has changed since,
 * so the file is written. A type and its instruction are chosen together.
 */
export async function resolveFile(tx: Tx, ref: string, { field, seen, actor, ...choice }: Choice) {
  const task = await lockTask(tx, ref);
  const row = await tx.taskFile.findUnique({ where: { taskId: task.id } });
  const all = (row?.conflicts ?? []) as Dispute[];
  const chosen = all.find((one) => one.field === field);
  if (row === null || chosen === undefined)
    throw new DomainError("NOT_FOUND", `${keyOf(task)} and its file do not disagree about ${field}.`, { field });
  if (seen !== undefined && seen !== shownDispute(chosen).id) {
    const current = (await viewFile(tx, task.id)).file;
    throw new DomainError("VERSION_CONFLICT", "The card or its file has changed meanwhile. Look again.", { current });
  }
  const decided = all.filter((one) => one === chosen || (isWork(one) && isWork(chosen)));
  const said = Object.fromEntries(decided.map((one) => [one.field, one.file ?? null]));
  if (choice.keep === "file") await updateFields(tx, task.id, said, actor);
  const writing = row.writing as { hash: string; base: Base } | null;
  await keep(tx, row as RowOfCard, {
    ...{ goneAt: row.goneAt, remarks: row.remarks as string[], actor },
    base: { ...(row.base as Base), ...said },
    ...(writing ? { writing: { ...writing, base: { ...writing.base, ...said } } } : {}),
    conflicts: all.filter((one) => !decided.includes(one)),
  });
  return viewFile(tx, task.id);
}

const isWork = ({ field }: Dispute): boolean => field === "type" || field === "instruction";
