import type { Tx } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { Prisma } from "@/lib/generated/prisma/client.ts";
import type { MonitorPolicy } from "@/lib/monitor/policy.ts";

const soonSeconds = 10;
const projectsMax = 100;

/** Seconds between two checks of project p (lib/monitor/policy in the database's words). */
const interval = ({ checkIntervalSeconds }: MonitorPolicy) =>
  Prisma.sql`coalesce((p.settings->>'checkIntervalSeconds')::float8, ${checkIntervalSeconds}::float8)`;

const isDue = (instance: MonitorPolicy) => Prisma.sql`p."archivedAt" IS NULL AND (p."monitorCheckedAt" IS NULL
  OR p."monitorCheckedAt" <= statement_timestamp() - make_interval(secs => ${interval(instance)}))`;

/**
 * Projects whose time for a check has come; reads no tasks, and writes nothing. None for an orchestrator that has not been there
 * for two leases without a break: after a sleep of the machine, or of the database, whoever lives has to be heard again first.
 */
export async function findDueProjects(
  tx: Tx,
  { workerId, instance }: { workerId: string; instance: MonitorPolicy },
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM "Project" p WHERE ${isDue(instance)} AND EXISTS (
      SELECT 1 FROM "Worker" w WHERE w.id = ${workerId}::uuid AND w."leaseUntil" > statement_timestamp()
        AND w."heldSince" < statement_timestamp() - make_interval(secs => ${(2 * env.RUNBOARD_LEASE_MS) / 1000}::float8))
    ORDER BY p."monitorCheckedAt" NULLS FIRST, p.id LIMIT ${projectsMax}`;
  return rows.map(({ id }) => id);
}

/** Takes the check that is due upon itself; false when somebody else did meanwhile. The caller holds the project's lock. */
export async function takeDueCheck(tx: Tx, projectId: string, instance: MonitorPolicy): Promise<boolean> {
  const taken = await tx.$executeRaw`
    UPDATE "Project" p SET "monitorCheckedAt" = clock_timestamp() WHERE p.id = ${projectId}::uuid AND ${isDue(instance)}`;
  return taken > 0;
}

/** After an error, or with more left than one check does: due again in 10 s, or sooner where the project wants it. */
export async function makeDueSoon(tx: Tx, projectId: string, instance: MonitorPolicy): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Project" p SET "monitorCheckedAt" = clock_timestamp() - make_interval(secs => greatest(${interval(instance)} - ${soonSeconds}, 0))
    WHERE p.id = ${projectId}::uuid`;
}
