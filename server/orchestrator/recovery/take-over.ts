import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { isAlive } from "../../process-identity.ts";
import { marginMs } from "../lease/patience.ts";
import type { Services } from "../services.ts";

/**
 * Sessions and sandboxes of orchestrators of this host that are gone, or stand still beyond their lease, become ours: the
 * same processes go on under us. One that only stood still learns at its next renewal that it was given up. So do those
 * of a worker that nobody knows any more.
 */
export async function takeOverFromTheDead(
  { worker, takenOver }: Services,
  from: "dead" | "dead or silent",
): Promise<void> {
  const others = await db().worker.findMany({ where: { hostId: worker.hostId, id: { not: worker.id } } });
  const dead = others.filter((other) => other.stoppedAt !== null || !isAlive(other)).map(({ id }) => id);
  const rows = await db().$queryRaw<{ id: string }[]>`
    WITH gone AS (
      DELETE FROM "Worker" WHERE "hostId" = ${worker.hostId}::uuid AND id <> ${worker.id}::uuid AND (id = ANY (${dead}::uuid[])
        OR ${from === "dead or silent"} AND "leaseUntil" < clock_timestamp() - make_interval(secs => ${marginMs / 1000}::float8)) RETURNING id
    ), left_behind AS (
      SELECT b.id, b."sessionId" FROM "Sandbox" b WHERE b."hostId" = ${worker.hostId}::uuid AND b."terminatedAt" IS NULL
        AND (b."workerId" IN (SELECT id FROM gone) OR NOT EXISTS (SELECT 1 FROM "Worker" w WHERE w.id = b."workerId"))
    ), sessions AS (
      UPDATE "Session" SET "workerId" = ${worker.id}::uuid, "heartbeatAt" = clock_timestamp(),
        "leaseUntil" = clock_timestamp() + make_interval(secs => ${env.RUNBOARD_LEASE_MS / 1000}::float8)
      WHERE status IN ('STARTING', 'RUNNING') AND id IN (SELECT "sessionId" FROM left_behind)
    ), sandboxes AS (
      UPDATE "Sandbox" SET "workerId" = ${worker.id}::uuid WHERE id IN (SELECT id FROM left_behind)
    )
    SELECT id FROM gone`;
  for (const { id } of rows) takenOver.set(id, "not adopted");
}
