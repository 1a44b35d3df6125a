import type { Tx } from "@/lib/db.ts";

/** How fast the queue moves. */
export interface QueuePace {
  freeSlots: number;
  /** Slots of all orchestrators that claim now. */
  capacity: number;
  /** Mean length of the last sessions; null while there is none to learn from. */
  meanSessionMs: number | null;
}

/**
 * When the task at a place in the queue (from 1) starts at the present pace: at once while there are free slots, else a slot comes
 * free every mean length ÷ capacity. Limits of projects and types are not looked at: an estimate, not a promise. Null: no telling.
 */
export function estimateStart(position: number, pace: QueuePace, now: Date): Date | null {
  const waits = position - pace.freeSlots;
  if (pace.capacity === 0) return null;
  if (waits <= 0) return now;
  if (pace.meanSessionMs === null) return null;
  return new Date(now.getTime() + Math.ceil((waits * pace.meanSessionMs) / pace.capacity));
}

/** Cost: the last 50 ended sessions and the live ones, however many there were. */
export async function readPace(tx: Tx): Promise<QueuePace> {
  const [row] = await tx.$queryRaw<[{ capacity: number; running: number; mean: number | null }]>`
    SELECT
      (SELECT coalesce(sum("maxConcurrent"), 0)::int FROM "Worker"
        WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp() AND "pausedReason" IS NULL) AS capacity,
      (SELECT count(*)::int FROM "Session" WHERE status IN ('STARTING', 'RUNNING')) AS running,
      (SELECT extract(epoch FROM avg("endedAt" - "startedAt"))::float8 * 1000 FROM (
        SELECT "startedAt", "endedAt" FROM "Session" ORDER BY id DESC LIMIT 50) recent WHERE "endedAt" IS NOT NULL) AS mean`;
  return { capacity: row.capacity, freeSlots: Math.max(0, row.capacity - row.running), meanSessionMs: row.mean };
}
