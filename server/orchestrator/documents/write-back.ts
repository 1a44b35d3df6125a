import { db } from "@/lib/db.ts";
import { lastSeqs } from "@/lib/journal.ts";
import { withResult } from "@/lib/rule/result-section.ts";
import { announceWriting, confirmWriting, type DueResult, dueResults, sayWritten } from "@/lib/rule/results.ts";
import { inProject } from "@/lib/task/file/folder-lease.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import type { Looking } from "./looking.ts";

/** Results of tasks stand in the documents they came of. What cannot be written now is written at a later look, or said to be impossible. */
export async function writeBack(looking: Looking): Promise<void> {
  const { project, memory } = looking;
  // Something may be due only where something was journaled.
  const upTo = (await lastSeqs([project.id])).get(project.id) ?? 0;
  if (upTo === memory.writtenSeq) return;
  const due = await dueResults(db(), project.id);
  let isAll = true;
  for (const result of due) isAll = (await write(looking, result)) && isAll;
  if (isAll) memory.writtenSeq = upTo;
}

/** Answers whether it is settled. */
async function write({ project, tree, memory, young }: Looking, due: DueResult): Promise<boolean> {
  const { path, triggerId, standing } = due;
  if (young.has(path)) return false;
  const problem = problemOf(path);
  const text = problem === null ? await tree.read(path) : null;
  if (text === null) {
    await sayWritten(db(), triggerId, { error: problem ?? "The document is not there any more, or no text." });
    return true;
  }
  const wanted = withResult(text, due.facts);
  const [before, after] = [hashOf(text), hashOf(wanted)];
  if (before !== after) {
    if (!(await inProject(project.id, (tx) => announceWriting(tx, project.id, { path, before, after })))) return false;
    if (!(await tree.replace(path, before, wanted))) return false;
    await confirmWriting(db(), project.id, { path, after });
    for (const known of memory.known.values()) if (known.has(path)) known.set(path, after);
    memory.outsides.delete(path);
  }
  await sayWritten(db(), triggerId, { standing });
  return true;
}

/** What an operation names may be anything. */
function problemOf(path: string): string | null {
  if (path.startsWith("/") || path.split("/").some((name) => ["", ".", "..", ".git"].includes(name)))
    return "It is no document of the working tree.";
  return /\.(md|mdx|markdown)$/i.test(path) ? null : "Results are written into Markdown documents alone.";
}
