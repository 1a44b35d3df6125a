import { db } from "@/lib/db.ts";
import { findProject } from "@/lib/project/find.ts";
import { beginCard, beginFile } from "@/lib/task/file/begin.ts";
import { inProject, leaveFolder, takeFolder } from "@/lib/task/file/folder-lease.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { type RowOfCard as FullRow, keep } from "@/lib/task/file/keep.ts";
import { confirmWriting, meet } from "@/lib/task/file/meet.ts";
import { fileSuffix, slugOf } from "@/lib/task/file/names.ts";
import { cardsWithoutFile, touchedSince } from "@/lib/task/file/touched.ts";
import { locateRepository } from "../../repository-location.ts";
import { type Folder, filesMax, type Listing, type Outside, openFolder } from "./folder.ts";

/** What one orchestrator remembers of a project's files between two looks. Without it, everything is read once more. */
export interface Memory {
  /** Files that have been brought together with their cards, by their outside. */
  known: Map<string, Outside>;
  /** Files that cannot be taken as they are, by their outside, and why. */
  refused: Map<string, { outside: Outside; remark: string }>;
  /** Files that wait for a card of another name. */
  waiting: Set<string>;
  /** Nothing has been looked at yet. */
  isFresh: boolean;
}

export const newMemory = (): Memory => ({ known: new Map(), refused: new Map(), waiting: new Set(), isFresh: true });

interface Project {
  id: string;
  repoPath: string | null;
}

interface LookOptions {
  workerId: string;
  memory: Memory;
  /** Opens the directory; tests have their own way to die in it. */
  open?: typeof openFolder;
}

interface Looking {
  project: Project;
  folder: Folder;
  memory: Memory;
  listing: Listing;
  remarks: string[];
  /** Before each file: a long look keeps the directory, or ends where another orchestrator has it. */
  keepFolder(): Promise<void>;
}

/**
 * Brings the files of a project and its cards together once. Each card is a transaction of its own, then its file is written, then
 * that is noted; whichever step was the last before a crash, the next look goes on from it.
 */
export async function lookAtTaskFiles(project: Project, options: LookOptions): Promise<void> {
  const { workerId, memory, open = openFolder } = options;
  if (project.repoPath === null || (await locateRepository(project.repoPath)) === null) return;
  const lease = await takeFolder(db(), project.id, workerId);
  if (lease === null) return void Object.assign(memory, newMemory());
  const touched = await touchedSince(project.id, lease.seenSeq);
  const { folder, problem } = await enter(project, open);
  if (folder === null) return leaveFolder(db(), project.id, { seenSeq: lease.seenSeq ?? 0, remarks: problem });
  try {
    const listing = await folder.list();
    const keepFolder = renewing(project.id, workerId);
    const looking: Looking = { project, folder, memory, listing, remarks: [...listing.remarks], keepFolder };
    repeatRefusals(looking);
    await takeUpNew(looking);
    await meetAll(looking, touched.taskIds);
    await giveFiles(looking);
    await leaveFolder(db(), project.id, { seenSeq: touched.upTo, remarks: looking.remarks.slice(0, 50) });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const remarks = [`The task files cannot be written (${code}). They are looked at again in a while.`];
    if (isOfDisk(code)) await leaveFolder(db(), project.id, { seenSeq: lease.seenSeq ?? 0, remarks });
    throw thrown;
  } finally {
    await folder.close();
  }
}

const isOfDisk = (code: string | undefined): boolean => code !== undefined && /^E[A-Z]+$/.test(code);

const renewMs = 5_000;

function renewing(projectId: string, workerId: string): () => Promise<void> {
  let renewedAt = Date.now();
  return async () => {
    if (Date.now() - renewedAt < renewMs) return;
    if ((await takeFolder(db(), projectId, workerId)) === null)
      throw new Error("another orchestrator looks after this directory");
    renewedAt = Date.now();
  };
}

async function enter(
  { repoPath }: Project,
  open: typeof openFolder,
): Promise<{ folder: Folder | null; problem: string[] }> {
  const location = await locateRepository(repoPath!);
  if (!location?.workTree)
    return { folder: null, problem: ["The repository is bare: it has no working tree for files to be in."] };
  const folder = await open(location.workTree, true);
  if (folder === null || typeof folder === "string")
    return { folder: null, problem: [folder ?? "The working tree is not there."] };
  return { folder, problem: [] };
}

const isNew = ({ listing, memory }: Looking, name: string): boolean => {
  const outside = listing.files.get(name);
  return memory.known.get(name) !== outside && memory.refused.get(name)?.outside !== outside;
};

/** It is not opened again before it changes. */
function refuse({ memory, listing, remarks }: Looking, name: string, remark: string): void {
  const outside = listing.files.get(name);
  if (outside === undefined) return;
  memory.refused.set(name, { outside, remark });
  remarks.push(remark);
}

/** What was refused and has not changed is told again; where a file went, what it was in the way of is looked at anew. */
function repeatRefusals({ memory, listing, remarks }: Looking): void {
  const isGone = (name: string) => !listing.files.has(name);
  if ([...memory.known.keys(), ...memory.refused.keys()].some(isGone)) memory.refused.clear();
  for (const [name, { outside, remark }] of memory.refused)
    if (listing.files.get(name) === outside) remarks.push(remark);
    else memory.refused.delete(name);
}

/** Files nobody knows become drafts, all of them before any is asked what it waits for. */
async function takeUpNew(looking: Looking): Promise<void> {
  const { project, folder, listing, memory } = looking;
  const fresh = [...listing.files.keys()].filter((name) => isNew(looking, name));
  if (fresh.length === 0) return;
  const rows = await rowsOf(project.id, fresh);
  for (const name of fresh) {
    await looking.keepFolder();
    const row = rows.get(name);
    if (row?.taskId) continue;
    const seen = await folder.read(name);
    if (seen === null) continue;
    if ("problem" in seen) refuse(looking, name, `${name}: ${seen.problem}.`);
    else if (row && row.hash === hashOf(seen.text))
      refuse(looking, name, `${name}: its card was deleted. Change the file and it becomes a card, or remove it.`);
    else {
      const isThere = (other: string) => listing.files.has(other);
      const problem = await inProject(project.id, async (tx) =>
        beginCard(tx, await findProject(tx, project.id), { name, text: seen.text, isThere }),
      );
      if (problem !== null) refuse(looking, name, problem);
      else for (const other of memory.waiting) memory.known.delete(other);
    }
  }
}

async function meetAll(looking: Looking, touched: Set<string> | null): Promise<void> {
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

/** Cards without a file get one, named after their title. */
async function giveFiles({ project, folder, listing, remarks, memory, keepFolder }: Looking): Promise<void> {
  const room = filesMax - listing.files.size;
  const cards = await cardsWithoutFile(db(), project.id, room + 1);
  if (cards.length > room) remarks.push(`There are more than ${filesMax} cards: the newest have no file.`);
  if (cards.length === 0) return;
  const taken = new Set(
    [...listing.files.keys(), ...(await rowsOf(project.id)).keys()].map((name) => name.toLowerCase()),
  );
  for (const { id, title, number } of cards.slice(0, room)) {
    await keepFolder();
    const slug = slugOf(title);
    const name = taken.has(`${slug}${fileSuffix}`) ? `${slug}-${number}${fileSuffix}` : `${slug}${fileSuffix}`;
    if (taken.has(name)) {
      remarks.push(`${name} is in the way of a card's file.`);
      continue;
    }
    taken.add(name);
    const text = await inProject(project.id, async (tx) =>
      (await tx.task.count({ where: { id } })) > 0 ? beginFile(tx, id, name) : null,
    );
    if (text === null || !(await folder.create(name, text))) continue;
    await confirmWriting(db(), { projectId: project.id, name }, hashOf(text));
    const written = await folder.read(name);
    if (written && "text" in written && written.text === text) memory.known.set(name, written.outside);
  }
}

async function rowsOf(projectId: string, names?: readonly string[]) {
  const rows = await db().taskFile.findMany({
    where: { projectId, ...(names ? { name: { in: [...names] } } : {}) },
    select: { name: true, taskId: true, hash: true },
  });
  return new Map(rows.map((row) => [row.name, row]));
}
