import { db } from "@/lib/db.ts";
import { beginFile } from "@/lib/task/file/begin.ts";
import { inProject } from "@/lib/task/file/folder-lease.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { confirmWriting } from "@/lib/task/file/meet.ts";
import { freeName } from "@/lib/task/file/names.ts";
import { cardsWithoutFile } from "@/lib/task/file/touched.ts";
import { filesMax } from "../working-tree/folder.ts";
import { type Looking, rowsOf } from "./looking.ts";

/** Cards without a file get one, named after their title. */
export async function giveFiles({ project, folder, listing, remarks, memory, keepFolder }: Looking): Promise<void> {
  const room = filesMax - listing.files.size;
  const cards = await cardsWithoutFile(db(), project.id, room + 1);
  if (cards.length > room) remarks.push(`There are more than ${filesMax} cards: the newest have no file.`);
  if (cards.length === 0) return;
  const taken = new Set(
    [...listing.files.keys(), ...(await rowsOf(project.id)).keys()].map((name) => name.toLowerCase()),
  );
  for (const card of cards.slice(0, room)) {
    await keepFolder();
    const { id } = card;
    const name = freeName(card, taken);
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
