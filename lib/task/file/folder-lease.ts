import type { Tx } from "@/lib/db.ts";
import { inJournaledTransaction, lockStreams } from "@/lib/journal.ts";

const leaseSeconds = 20;

export interface FolderLease {
  /** Events up to here are in the files; null: all cards are to be looked at. */
  seenSeq: number | null;
}

/** One orchestrator at a time looks after a project's directory; null: another one does. On the database's clock. */
export async function takeFolder(tx: Tx, projectId: string, workerId: string): Promise<FolderLease | null> {
  const rows = await tx.$queryRaw<{ seenSeq: bigint | null }[]>`
    INSERT INTO "TaskFolder" ("projectId", "workerId", "leaseUntil")
    VALUES (${projectId}::uuid, ${workerId}::uuid, clock_timestamp() + make_interval(secs => ${leaseSeconds}::int))
    ON CONFLICT ("projectId") DO UPDATE SET "workerId" = EXCLUDED."workerId", "leaseUntil" = EXCLUDED."leaseUntil"
      WHERE "TaskFolder"."workerId" = EXCLUDED."workerId" OR coalesce("TaskFolder"."leaseUntil" < clock_timestamp(), true)
    RETURNING "seenSeq"`;
  const [row] = rows;
  return row === undefined ? null : { seenSeq: row.seenSeq === null ? null : Number(row.seenSeq) };
}

/** What was seen in a look, told to people where it says something new. */
export async function leaveFolder(
  tx: Tx,
  projectId: string,
  seen: { seenSeq: number; remarks: string[] },
): Promise<void> {
  await tx.$executeRaw`UPDATE "TaskFolder" SET "seenSeq" = ${seen.seenSeq}::bigint, remarks = ${JSON.stringify(seen.remarks)}::jsonb,
    "lookedAt" = clock_timestamp() WHERE "projectId" = ${projectId}::uuid`;
}

/** The next one need not wait for the lease to run out. */
export async function leaveFolders(tx: Tx, workerId: string): Promise<void> {
  await tx.taskFolder.updateMany({ where: { workerId }, data: { leaseUntil: null } });
}

/** Projects whose cards are files, too, with where. Archived ones are left alone. */
export const projectsWithFiles = (tx: Tx) =>
  tx.project.findMany({
    where: { archivedAt: null, repoPath: { not: null }, settings: { path: ["taskFiles"], equals: "on" } },
    select: { id: true, repoPath: true },
  });

/** A transaction that holds the project's lock from its start. */
export const inProject = <Result>(projectId: string, work: (tx: Tx) => Promise<Result>): Promise<Result> =>
  inJournaledTransaction(async (tx) => {
    await lockStreams(tx, [projectId]);
    return work(tx);
  });
