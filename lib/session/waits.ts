import type { Tx } from "@/lib/db.ts";
import type { SessionReason } from "@/lib/session/machine.ts";
import { maxRelaunches, maxWaits, waitingReasons } from "@/lib/session/retry.ts";

/**
 * How many attempts in a row right before this one ended for one of the reasons of a row (rowOf in retry). The one that gave the
 * task up closes a row, so a person who tries again has all of them again.
 */
export async function countWaits(
  tx: Tx,
  session: { taskId: string; attempt: number },
  reasons: readonly SessionReason[] = waitingReasons,
): Promise<number> {
  const [row] = await tx.$queryRaw<[{ n: number }]>`
    SELECT count(*)::int AS n FROM "Session" s WHERE s."taskId" = ${session.taskId}::uuid AND s.attempt < ${session.attempt}
      AND s.attempt > coalesce((
        SELECT max(other.attempt) FROM "Session" other
        WHERE other."taskId" = s."taskId" AND other.attempt < ${session.attempt}
          AND (other.reason IS NULL OR other.reason <> ALL (${[...reasons]}) OR other.generation <> (
            SELECT generation FROM "Session" WHERE "taskId" = s."taskId" AND attempt = ${session.attempt}))), 0)`;
  return row.n % (reasons === waitingReasons ? maxWaits + 1 : maxRelaunches);
}
