import { db } from "@/lib/db.ts";
import { leaveFolder, takeFolder } from "@/lib/task/file/folder-lease.ts";
import { fileSuffix, folderPath } from "@/lib/task/file/names.ts";
import { touchedSince } from "@/lib/task/file/touched.ts";
import { locateRepository } from "../../repository-location.ts";
import { type Folder, type Listing, type Outside, openFolder } from "../working-tree/folder.ts";
import { giveFiles } from "./give-files.ts";
import { type FolderProject, type Looking, type Memory, newMemory, repeatRefusals } from "./looking.ts";
import { meetAll } from "./meet-all.ts";
import { takeUpNew } from "./take-up-new.ts";

interface LookOptions {
  workerId: string;
  memory: Memory;
  /** So long a file is left alone after a change: it may be half written. */
  quietMs?: number;
  /** Opens the directory; tests have their own way to die in it. */
  open?: typeof openFolder;
}

/**
 * Brings the files of a project and its cards together once. Each card is a transaction of its own, then its file is written, then
 * that is noted; whichever step was the last before a crash, the next look goes on from it. Answers whether a file is left for a moment
 * because somebody may still be writing it.
 */
export async function lookAtTaskFiles(project: FolderProject, options: LookOptions): Promise<boolean> {
  const { workerId, memory, quietMs = 0, open = openFolder } = options;
  if (project.repoPath === null || (await locateRepository(project.repoPath)) === null) return false;
  const lease = await takeFolder(db(), project.id, workerId);
  if (lease === null) {
    Object.assign(memory, newMemory());
    return false;
  }
  const touched = await touchedSince(project.id, lease.seenSeq);
  const { folder, problem } = await enter(project, open);
  if (folder === null) {
    await leaveFolder(db(), project.id, { seenSeq: lease.seenSeq ?? 0, remarks: problem });
    return false;
  }
  try {
    const listing = await folder.list(fileSuffix);
    const keepFolder = renewing(project.id, workerId);
    const looking: Looking = {
      project,
      folder,
      memory,
      listing,
      remarks: [...listing.remarks],
      young: youngIn(listing, memory, quietMs),
      keepFolder,
    };
    repeatRefusals(looking);
    await takeUpNew(looking);
    await meetAll(looking, touched.taskIds);
    await giveFiles(looking);
    await leaveFolder(db(), project.id, { seenSeq: touched.upTo, remarks: looking.remarks.slice(0, 50) });
    return looking.young.size > 0;
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

/** By the clock of the files; one that comes from the future is not waited for. */
function youngIn({ files }: Listing, { known }: Memory, quietMs: number): Set<string> {
  const isYoung = ([name, outside]: [string, Outside]) => {
    const ageMs = Date.now() - Number(outside.split(" ")[0]);
    return known.get(name) !== outside && ageMs >= 0 && ageMs < quietMs;
  };
  return new Set([...files].filter(isYoung).map(([name]) => name));
}

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
  { repoPath }: FolderProject,
  open: typeof openFolder,
): Promise<{ folder: Folder | null; problem: string[] }> {
  const location = await locateRepository(repoPath!);
  if (!location?.workTree)
    return { folder: null, problem: ["The repository is bare: it has no working tree for files to be in."] };
  const folder = await open({ workTree: location.workTree, names: folderPath.split("/"), isWanted: true });
  if (folder === null || typeof folder === "string")
    return { folder: null, problem: [folder ?? "The working tree is not there."] };
  return { folder, problem: [] };
}
