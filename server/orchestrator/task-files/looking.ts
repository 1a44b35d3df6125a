import { db } from "@/lib/db.ts";
import type { Folder, Listing, Outside } from "../working-tree/folder.ts";

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

export interface FolderProject {
  id: string;
  repoPath: string | null;
}

/** What the parts of one look share. */
export interface Looking {
  project: FolderProject;
  folder: Folder;
  memory: Memory;
  listing: Listing;
  remarks: string[];
  /** Files that were changed a moment ago: whoever writes them may not be done. */
  young: ReadonlySet<string>;
  /** Before each file: a long look keeps the directory, or ends where another orchestrator has it. */
  keepFolder(): Promise<void>;
}

/** Whether it is to be opened. */
export const isNew = ({ listing, memory, young }: Looking, name: string): boolean => {
  const outside = listing.files.get(name);
  return !young.has(name) && memory.known.get(name) !== outside && memory.refused.get(name)?.outside !== outside;
};

/** It is not opened again before it changes. */
export function refuse({ memory, listing, remarks }: Looking, name: string, remark: string): void {
  const outside = listing.files.get(name);
  if (outside === undefined) return;
  memory.refused.set(name, { outside, remark });
  remarks.push(remark);
}

/** What was refused and has not changed is told again; where a file went, what it was in the way of is looked at anew. */
export function repeatRefusals({ memory, listing, remarks }: Looking): void {
  const isGone = (name: string) => !listing.files.has(name);
  if ([...memory.known.keys(), ...memory.refused.keys()].some(isGone)) memory.refused.clear();
  for (const [name, { outside, remark }] of memory.refused)
    if (listing.files.get(name) === outside) remarks.push(remark);
    else memory.refused.delete(name);
}

/** Rows of these files, or of all. */
export async function rowsOf(projectId: string, names?: readonly string[]) {
  const rows = await db().taskFile.findMany({
    where: { projectId, ...(names ? { name: { in: [...names] } } : {}) },
    select: { name: true, taskId: true, hash: true },
  });
  return new Map(rows.map((row) => [row.name, row]));
}
