import type { Tx } from "@/lib/db.ts";
import type { TaskFile as TaskFileRow } from "@/lib/generated/prisma/client.ts";
import { findProject } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { folderPath } from "@/lib/task/file/names.ts";
import type { Dispute, ShownDispute, TaskFile } from "@/lib/task/file/schema.ts";
import { findTask } from "@/lib/task/find.ts";

const shownMax = 200;

/** The file of a card; null: it has none. */
export async function viewFile(tx: Tx, ref: string): Promise<{ file: TaskFile | null }> {
  const { id, number, project } = await findTask(tx, ref);
  const row = await tx.taskFile.findUnique({ where: { taskId: id } });
  return { file: row && viewRow(row, { id, key: `${project.key}-${number}` }) };
}

/** What the directory of a project says, and the files that a person should look at. */
export async function viewFiles(tx: Tx, ref: string) {
  const project = await findProject(tx, ref);
  const folder = await tx.taskFolder.findUnique({ where: { projectId: project.id } });
  const rows = await tx.taskFile.findMany({
    where: { projectId: project.id, taskId: { not: null }, OR: [{ conflicts: { not: [] } }, { remarks: { not: [] } }] },
    include: { task: { select: { id: true, number: true } } },
    orderBy: { name: "asc" },
    take: shownMax,
  });
  return {
    isOn: projectSettingsSchema.parse(project.settings).taskFiles === "on",
    lookedAt: folder?.lookedAt?.toISOString() ?? null,
    remarks: (folder?.remarks ?? []) as string[],
    items: rows.map(({ task, ...row }) => viewRow(row, { id: task!.id, key: `${project.key}-${task!.number}` })),
  };
}

function viewRow(row: TaskFileRow, { id, key }: { id: string; key: string }): TaskFile {
  return {
    taskId: id,
    key,
    path: `${folderPath}/${row.name}`,
    conflicts: (row.conflicts as Dispute[]).map(shownDispute),
    remarks: row.remarks as string[],
    goneAt: row.goneAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
  };
}

export const shownDispute = (one: Dispute): ShownDispute => ({
  ...{ field: one.field, file: one.file ?? null, card: one.card ?? null, reason: one.reason },
  id: hashOf(JSON.stringify([one.field, one.file ?? null, one.card ?? null])).slice(0, 16),
});
