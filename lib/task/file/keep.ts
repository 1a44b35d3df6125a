import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import type { Prisma, TaskFile } from "@/lib/generated/prisma/client.ts";
import { record } from "@/lib/journal.ts";
import { fileActor } from "@/lib/task/file/actor.ts";
import type { Dispute } from "@/lib/task/file/schema.ts";

/** The row of a file that has a card. */
export type RowOfCard = TaskFile & { taskId: string };

interface Kept {
  hash?: string;
  base?: object;
  writing?: object;
  goneAt: Date | null;
  /** Who changed it, where it was not the file. */
  actor?: Actor;
  conflicts: Dispute[];
  remarks: string[];
}

/** Stores it, and tells it when people see something else than before. */
export async function keep(tx: Tx, row: RowOfCard, { goneAt, actor, ...kept }: Kept): Promise<void> {
  await tx.taskFile.update({
    where: { projectId_name: { projectId: row.projectId, name: row.name } },
    data: { ...kept, goneAt } as Prisma.TaskFileUpdateInput,
  });
  const seen = (one: { conflicts: unknown; remarks: unknown; goneAt: Date | null }) =>
    JSON.stringify([stable(one.conflicts), one.remarks, one.goneAt !== null]);
  if (seen({ ...kept, goneAt }) === seen(row)) return;
  const { projectId, taskId, name } = row;
  const conflicts = kept.conflicts.map(({ field }) => field);
  const payload = { name, conflicts, remarks: kept.remarks };
  record(tx, {
    streamId: projectId,
    type: "TASK_FILE_CHANGED",
    entityType: "task",
    entityId: taskId,
    actor: actor ?? fileActor(name),
    payload,
  });
}

/** The database keeps no order of names. */
const stable = (conflicts: unknown) =>
  (conflicts as Dispute[]).map(({ field, file, card, reason }) => [field, file ?? null, card ?? null, reason]);
