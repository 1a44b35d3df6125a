import { db } from "@/lib/db.ts";
import { marginMs } from "../lease/patience.ts";
import type { Services } from "../services.ts";
import { adoptLeft } from "./adopt.ts";
import { giveUpLost, lostAt } from "./give-up.ts";
import { takeOverFromTheDead } from "./take-over.ts";

/**
 * Makes rows and processes agree again, whatever happened before: at start and every few seconds. Everything it finds on this
 * host is decided by looking at the process table and the session's directory, never by how long ago something was.
 * Answers in how many ms some other orchestrator will have been silent for too long; null: none is silent.
 */
export async function reconcile(services: Services): Promise<number | null> {
  await services.lease.held();
  const signs = await lookForSigns(services);
  const doubtMs = services.clock.doubtMs(signs.databaseMs);
  if (signs.hasSiblings) await takeOverFromTheDead(services, doubtMs === 0 ? "dead or silent" : "dead");
  if (signs.hasSiblings || signs.mine.some((id) => !services.held.has(id))) await adoptLeft(services);
  await dropSuperseded(services);
  if (signs.isSomebodyLost && doubtMs === 0) await giveUpLost(services);
  return signs.isSomebodyLost && doubtMs > 0 ? doubtMs : signs.nextLossMs;
}

interface Signs {
  /** Other orchestrators of this host have a row, or sandboxes without one. */
  hasSiblings: boolean;
  /** Sessions whose sandbox is ours and not proven gone. */
  mine: string[];
  /** Some other orchestrator with sandboxes has been silent for too long. */
  isSomebodyLost: boolean;
  nextLossMs: number | null;
  databaseMs: number;
}

/** Whether there is anything to reconcile, in one round trip: at rest there is not. */
async function lookForSigns({ worker }: Services): Promise<Signs> {
  const [signs] = await db().$queryRaw<[Signs]>`
    WITH silent AS (
      SELECT w."hostId", CASE WHEN w."hostId" <> ${worker.hostId}::uuid THEN ${lostAt}
        ELSE w."leaseUntil" + make_interval(secs => ${marginMs / 1000}::float8) END AS "lostAt"
      FROM "Worker" w WHERE w.id <> ${worker.id}::uuid
        AND EXISTS (SELECT 1 FROM "Sandbox" b WHERE b."workerId" = w.id AND b."terminatedAt" IS NULL)
    ), unclaimed AS (
      SELECT b."hostId" FROM "Sandbox" b WHERE b."terminatedAt" IS NULL
        AND NOT EXISTS (SELECT 1 FROM "Worker" w WHERE w.id = b."workerId")
    )
    SELECT
      EXISTS (SELECT 1 FROM "Worker" WHERE "hostId" = ${worker.hostId}::uuid AND id <> ${worker.id}::uuid)
        OR EXISTS (SELECT 1 FROM unclaimed WHERE "hostId" = ${worker.hostId}::uuid) AS "hasSiblings",
      (SELECT coalesce(jsonb_agg("sessionId"), '[]') FROM "Sandbox"
        WHERE "hostId" = ${worker.hostId}::uuid AND "workerId" = ${worker.id}::uuid AND "terminatedAt" IS NULL) AS mine,
      EXISTS (SELECT 1 FROM silent WHERE "lostAt" < clock_timestamp())
        OR EXISTS (SELECT 1 FROM unclaimed WHERE "hostId" <> ${worker.hostId}::uuid) AS "isSomebodyLost",
      (SELECT extract(epoch FROM min("lostAt") - clock_timestamp())::float8 * 1000 FROM silent
        WHERE "lostAt" >= clock_timestamp()) AS "nextLossMs",
      extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs"`;
  return signs;
}

/**
 * Sessions in our hands that ended without us (cancelled, reported over HTTP, given up by another host) are told so. Not by who has just
 * woken and may have been given up: what it held lives on in other hands.
 */
export async function dropSuperseded({ worker, held, lease }: Services): Promise<void> {
  await lease.held();
  const ids = [...held.keys()];
  if (ids.length === 0) return;
  const live = await db().session.findMany({
    where: { id: { in: ids }, workerId: worker.id, status: { in: ["STARTING", "RUNNING"] } },
    select: { id: true },
  });
  const mine = new Set(live.map(({ id }) => id));
  for (const id of ids) if (!mine.has(id)) held.get(id)?.superseded.abort();
}
