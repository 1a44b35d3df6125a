import type { Tx } from "@/lib/db.ts";
import { findProject } from "@/lib/project/find.ts";
import { fieldsOf, waitedFor } from "@/lib/task/file/card-fields.ts";
import { freeName } from "@/lib/task/file/names.ts";
import { tellOf } from "@/lib/task/file/tell.ts";
import { newTaskFile } from "@/lib/task/file/write.ts";
import { invalid } from "@/lib/task/list.ts";

interface ExportQuery {
  projectId: string;
  limit: number;
  /** The number of the last card of the page before. */
  cursor?: string | undefined;
}

/** All cards of a project as the task files they would have, in the order of their numbers, whether the project keeps files or not. */
export async function exportTasks(tx: Tx, { projectId, limit, cursor = "0" }: ExportQuery) {
  if (!/^\d{1,9}$/.test(cursor)) throw invalid("cursor", "Not a cursor of this list");
  const project = await findProject(tx, projectId);
  const rows = await tx.task.findMany({
    where: { projectId: project.id, number: { gt: Number(cursor) } },
    orderBy: { number: "asc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const names = await namesOf(tx, project.id);
  const waitsFor = await waitedFor(
    tx,
    page.map(({ id }) => id),
  );
  const items = [];
  for (const row of page) {
    const task = { ...row, project };
    const fields = fieldsOf(task, waitsFor.get(row.id) ?? []);
    items.push({ name: names.get(row.number)!, text: newTaskFile(fields, await tellOf(tx, task)) });
  }
  return { items, nextCursor: rows.length > limit ? String(page.at(-1)!.number) : null };
}

/** By number, over all pages: a card's own file has its name, the others are named after their titles. */
async function namesOf(tx: Tx, projectId: string): Promise<Map<number, string>> {
  const cards = await tx.task.findMany({
    where: { projectId },
    orderBy: { number: "asc" },
    select: { number: true, title: true, file: { select: { name: true } } },
  });
  const taken = new Set(cards.flatMap(({ file }) => (file ? [file.name.toLowerCase()] : [])));
  return new Map(
    cards.map(({ file, ...card }) => {
      const name = file?.name ?? freeName(card, taken);
      taken.add(name.toLowerCase());
      return [card.number, name] as const;
    }),
  );
}
