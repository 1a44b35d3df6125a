import { db } from "@/lib/db.ts";
import { beginFile } from "@/lib/task/file/begin.ts";
import { inProject } from "@/lib/task/file/folder-lease.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { type RowOfCard as FullRow, keep } from "@/lib/task/file/keep.ts";
import { confirmWriting, meet } from "@/lib/task/file/meet.ts";
import type { Folder } from "../working-tree/folder.ts";
import { isNew, type Looking, refuse } from "./looking.ts";

/** Cards and files of which one or the other has changed. */
export async function meetAll(looking: Looking, touched: Set<string> | null): Promise<void> {
  const { project, listing, memory } = looking;
  const changed = [...listing.files.keys()].filter((name) => isNew(looking, name));
  const vanished = [...memory.known.keys()].filter((name) => !listing.files.has(name));
  const isAll = memory.isFresh || touched === null;
  if (!isAll && changed.length + vanished.length + touched.size === 0) return;
  const filter = isAll ? {} : { OR: [{ name: { in: [...changed, ...vanished] } }, { taskId: { in: [...touched] } }] };
  const rows = await db().taskFile.findMany({
    where: { projectId: project.id, taskId: { not: null }, ...filter },
    select: { projectId: true, name: true, taskId: true, hash: true, goneAt: true },
  });
  for (const row of rows) await bringTogether(looking, row as RowOfCard);
  for (const name of vanished) memory.known.delete(name);
  memory.isFresh = false;
}

type RowOfCard = Pick<FullRow, "projectId" | "name" | "taskId" | "hash" | "goneAt">;

/** One card and its file. What the file says is read before the project is locked, and looked at again before it is written. */
async function bringTogether(looking: Looking, row: RowOfCard): Promise<void> {
  const { project, folder, listing, memory } = looking;
  const { name } = row;
  await looking.keepFolder();
  if (looking.young.has(name)) return;
  const seen = await folder.read(name);
  if (seen === null) return isToCome(row) ? write(row, () => folder) : sayGone(project.id, row);
  if ("problem" in seen) return refuse(looking, name, `${name}: ${seen.problem}.`);
  const met = await inProject(project.id, async (tx) => {
    const now = await tx.taskFile.findUnique({ where: { projectId_name: { projectId: project.id, name } } });
    return now?.taskId ? meet(tx, now as FullRow, seen.text) : null;
  });
  if (met === null) return;
  if (met.isWaiting) memory.waiting.add(name);
  else memory.waiting.delete(name);
  if (met.wanted === null) return void memory.known.set(name, seen.outside);
  if (!(await folder.replace(name, hashOf(seen.text), met.wanted))) return void memory.known.delete(name);
  await confirmWriting(db(), { projectId: project.id, name }, hashOf(met.wanted));
  memory.known.delete(name);
  const written = await folder.read(name);
  if (written && "text" in written && written.text === met.wanted) memory.known.set(name, written.outside);
  listing.files.set(name, memory.known.get(name) ?? "");
}

/** Its row is there, and its text was never written. */
const isToCome = ({ hash, goneAt }: RowOfCard): boolean => hash === null && goneAt === null;

async function write(row: RowOfCard, place: () => Folder): Promise<void> {
  const text = await inProject(row.projectId, (tx) => beginFile(tx, row.taskId, row.name));
  if (await place().create(row.name, text)) await confirmWriting(db(), row, hashOf(text));
}

/** A file that is gone takes nothing with it. */
async function sayGone(projectId: string, row: RowOfCard): Promise<void> {
  if (row.goneAt !== null) return;
  await inProject(projectId, async (tx) => {
    const now = await tx.taskFile.findUnique({ where: { projectId_name: { projectId, name: row.name } } });
    if (now?.taskId)
      await keep(tx, now as FullRow, {
        goneAt: new Date(),
        conflicts: now.conflicts as never,
        remarks: now.remarks as never,
      });
  });
}
