import { db } from "@/lib/db.ts";
import { Prisma } from "@/lib/generated/prisma/client.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import { marginMs, unguardedMs } from "../lease/patience.ts";
import type { Services } from "../services.ts";
import { planOf, type SandboxRow, sandboxDetails } from "../session/sandbox-row.ts";
import { actorOf, judge } from "../session/verdict.ts";

/** When the sessions of a worker `w` of another host may be given up, on the database's clock. */
export const lostAt = Prisma.sql`w."leaseUntil" + make_interval(secs =>
  CASE WHEN w."isGuarded" THEN ${marginMs / 1000}::float8 ELSE ${unguardedMs / 1000}::float8 END)`;

const unguarded = Prisma.sql`make_interval(secs => ${unguardedMs / 1000}::float8)`;

/**
 * Hosts that say nothing any more: their orchestrators are marked as stopped, so that one that wakes up cannot renew, and what they
 * held is settled as lost. Their guards have ended the processes; an unguarded host may run them still. What reported its success itself
 * and whose work is not stored yet is waited for as long as an unguarded host: only that host can store it, and others build on it.
 */
export async function giveUpLost({ worker, turns, config }: Services): Promise<void> {
  await db().$executeRaw`UPDATE "Worker" w SET "stoppedAt" = clock_timestamp()
    WHERE w."hostId" <> ${worker.hostId}::uuid AND w."stoppedAt" IS NULL AND ${lostAt} < clock_timestamp()`;
  const lost = await db().$queryRaw<{ id: string; workerId: string }[]>`
    SELECT b.id, b."workerId" FROM "Sandbox" b JOIN "Session" s ON s.id = b."sessionId" LEFT JOIN "Worker" w ON w.id = b."workerId"
    WHERE b."terminatedAt" IS NULL AND b."hostId" <> ${worker.hostId}::uuid AND CASE
      WHEN w.id IS NULL THEN s."leaseUntil" + ${unguarded} < clock_timestamp()
      ELSE w."stoppedAt" IS NOT NULL AND ${lostAt} < clock_timestamp() END
      AND (s.status <> 'SUCCEEDED' OR s."resultCommit" IS NOT NULL
        OR coalesce(w."leaseUntil", s."leaseUntil") + ${unguarded} < clock_timestamp())`;
  const holders = new Map(lost.filter(({ id }) => !settling.has(id)).map(({ id, workerId }) => [id, workerId]));
  const rows = await db().sandbox.findMany({ where: { id: { in: [...holders.keys()] } }, include: sandboxDetails });
  for (const row of rows) {
    // A successor on that host has taken it over since: it speaks for it now.
    if (row.workerId !== holders.get(row.id)) continue;
    settling.add(row.id);
    void turns.settle(farewell(row, config)).finally(() => settling.delete(row.id));
  }
}

/** A result that cannot be taken in holds up nothing else: it is not waited for, and not said twice. */
const settling = new Set<string>();

function farewell(row: SandboxRow, config: Services["config"]) {
  const plan = planOf(row);
  if (!isSessionLive(row.session.status))
    return { sandboxId: row.id, taskId: row.taskId, actor: actorOf(plan), terminated: true };
  const message = "The orchestrator that held the session stopped answering.";
  const report = judge(plan, { kind: "failed", reason: "LEASE_EXPIRED", message }, config);
  // The sandbox's, as it was when it was lost: the session beside it may have been read later.
  return { ...report, workerId: row.workerId, terminated: true };
}
