import type { Tx } from "@/lib/db.ts";

/** What a session used when it was looked at. */
export interface UsageSample {
  sessionId: string;
  /** CPU time since its start. */
  cpuMs: number;
  /** Cores used since the sample before; null for the first. */
  cpus: number | null;
  memoryBytes: number;
  processes: number;
  /** What it has used of its time limit, and when that was so on the clock of the awake machine. */
  elapsedMs: number;
  awakeMs: number;
  /** Whether it did anything since the sample before. */
  isActive: boolean;
}

/**
 * Writes the samples of many sessions in one statement; what is counted never goes back, whoever counts. A session whose row
 * is being changed is left out until the next time: nobody waits for a sample, and samples wait for nobody.
 */
export async function recordUsage(tx: Tx, samples: readonly UsageSample[]): Promise<void> {
  const rows = samples.map(({ sessionId, isActive, ...usage }) => ({ sessionId, isActive, usage }));
  await tx.$executeRaw`
    WITH samples AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x("sessionId" uuid, "isActive" boolean, usage jsonb)
    ), free AS MATERIALIZED (
      SELECT id FROM "Session" WHERE id IN (SELECT "sessionId" FROM samples) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE "Session" s SET
      usage = s.usage || x.usage || jsonb_build_object(
        'cpuMs', greatest((x.usage->>'cpuMs')::float8, (s.usage->>'cpuMs')::float8),
        'memoryMaxBytes', greatest((x.usage->>'memoryBytes')::bigint, (s.usage->>'memoryMaxBytes')::bigint),
        'sampledAt', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      "activeAt" = CASE WHEN x."isActive" AND s."endedAt" IS NULL THEN clock_timestamp() ELSE s."activeAt" END
    FROM samples x, free WHERE s.id = x."sessionId" AND s.id = free.id`;
}
