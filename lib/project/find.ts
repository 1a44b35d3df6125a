import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import { lockStreams } from "@/lib/journal.ts";

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => uuid.test(text);

/** A project by id or key. Throws NOT_FOUND. */
export async function findProject(tx: Tx, ref: string) {
  const project = await tx.project.findUnique({ where: isUuid(ref) ? { id: ref } : { key: ref.toUpperCase() } });
  if (project === null) throw notFound("project", ref);
  return project;
}

/** The project under its lock, as it is now. Archived ones are refused: nothing changes in them any more. */
export async function lockProject(tx: Tx, ref: string) {
  const id = isUuid(ref) ? ref : (await findProject(tx, ref)).id;
  await lockStreams(tx, [id]);
  const project = await findProject(tx, id);
  refuseArchived(project);
  return project;
}

export function refuseArchived({ key, archivedAt }: Pick<ProjectRow, "key" | "archivedAt">): void {
  if (archivedAt !== null) throw new DomainError("PROJECT_ARCHIVED", `Project ${key} is archived.`);
}

export type ProjectRow = Awaited<ReturnType<typeof findProject>>;
