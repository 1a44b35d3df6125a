import type { Choice } from "@/lib/chat/contract.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { ProjectRow } from "@/lib/project/find.ts";
import { findTask, keyOf } from "@/lib/task/find.ts";

const offeredMax = 3;
const namedMax = 100;

/** Cards of a project that something new may wait for, the newest first. */
export async function newestOpen(tx: Tx, { id, key }: ProjectRow): Promise<Choice[]> {
  const rows = await tx.task.findMany({
    where: { projectId: id, status: { notIn: ["COMPLETED", "CANCELLED"] } },
    orderBy: { number: "desc" },
    take: offeredMax,
    select: { number: true, title: true },
  });
  return rows.map(({ number, title }) => ({ answer: `${key}-${number}`, label: `${key}-${number} ${title}` }));
}

/** The keys that a text names, as they are written; a number alone is a card of this project. Throws for what is none of its cards. */
export async function requireKeys(tx: Tx, project: ProjectRow, text: string): Promise<string[]> {
  const words = new Set(text.split(/[\s,;]+/).filter((word) => word !== "" && word.toLowerCase() !== "and"));
  if (words.size > namedMax) throw new DomainError("VALIDATION_FAILED", `At most ${namedMax} cards can be named here.`);
  const keys = new Set<string>();
  for (const word of words) {
    const task = await findTask(tx, word.replace(/^#?(\d+)$/, `${project.key}-$1`));
    if (task.projectId !== project.id)
      throw new DomainError(
        "DEPENDENCY_OTHER_PROJECT",
        `${keyOf(task)} belongs to another project than ${project.key}.`,
      );
    keys.add(keyOf(task));
  }
  if (keys.size === 0) throw new DomainError("VALIDATION_FAILED", "That names no card.");
  return [...keys];
}
