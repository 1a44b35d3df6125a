import { findProject } from "@/lib/project/find.ts";
import { beginCard } from "@/lib/task/file/begin.ts";
import { inProject } from "@/lib/task/file/folder-lease.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { isNew, type Looking, refuse, rowsOf } from "./looking.ts";

/** Files nobody knows become drafts, all of them before any is asked what it waits for. */
export async function takeUpNew(looking: Looking): Promise<void> {
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
