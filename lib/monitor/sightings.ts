import type { Tx } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import type { MonitorPolicy } from "@/lib/monitor/policy.ts";
import type { Reaction } from "@/lib/monitor/schema.ts";
import type { TaskRow } from "@/lib/task/find.ts";

/** How many one check reacts to; the rest is there at the next one. */
export const sightingsMax = 200;

/** Something that has not moved for too long, and that nobody has reacted to yet. */
export interface Sighting {
  kind: Reaction["kind"];
  waitedSeconds: number;
  task: TaskRow;
  /** The live session, where it is about one. */
  session: { id: string; attempt: number; sandboxId: string } | null;
}

interface SightingRow extends Omit<Sighting, "task" | "session"> {
  taskId: string;
  sessionId: string | null;
  sandboxId: string | null;
}

/**
 * Tasks that could start and wait longer than pendingTimeoutSeconds, since they came into their state; sessions nobody has spoken
 * for during two leases; sessions without output or computing for longer than idleTimeoutSeconds. A time when no orchestrator was
 * there to take the task or to hear the session does not count: a machine that slept does not wake to a board of stalled cards. Nor
 * does, for a task, a time when every orchestrator had paused, or when its provider or the project's budget held it back.
 * A database's clock that is set forward, or a sleep, ends every lease at once and looks like that: no session counts as unspoken for
 * before some orchestrator has held its lease for two leases without a break, which every other one that lives had to do as well.
 * Longest first. The caller holds the project's lock.
 */
export async function findSightings(tx: Tx, projectId: string, policy: MonitorPolicy): Promise<Sighting[]> {
  const { pendingTimeoutSeconds, idleTimeoutSeconds } = policy;
  const lostSeconds = (2 * env.RUNBOARD_LEASE_MS) / 1000;
  const rows = await tx.$queryRaw<SightingRow[]>`
    WITH heard AS (
      -- Where all have signed off nobody is expected; where nobody's lease holds, all may only have slept.
      SELECT CASE WHEN count(*) = 0 THEN '-infinity' ELSE
        coalesce(min("heldSince") FILTER (WHERE "leaseUntil" > statement_timestamp()), 'infinity') END AS since
      FROM "Worker" WHERE "stoppedAt" IS NULL
    ), served AS (
      -- One that pauses hears its sessions and takes no task.
      SELECT CASE WHEN count(*) = 0 THEN '-infinity' ELSE coalesce(
        min("heldSince") FILTER (WHERE "leaseUntil" > statement_timestamp() AND "pausedReason" IS NULL), 'infinity') END AS since
      FROM "Worker" WHERE "stoppedAt" IS NULL
    ), live AS (
      SELECT s.id, s."taskId", s.attempt, b.id AS "sandboxId", s.type,
        extract(epoch FROM statement_timestamp() - s."heartbeatAt")::float8 AS "unspokenSeconds",
        extract(epoch FROM statement_timestamp() - greatest(s."activeAt", w."heldSince"))::float8 AS "silentSeconds",
        w."leaseUntil" > statement_timestamp() AS "isHeard"
      FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id LEFT JOIN "Worker" w ON w.id = s."workerId"
      WHERE s."projectId" = ${projectId}::uuid AND s.status IN ('STARTING', 'RUNNING') AND s."monitoredAt" IS NULL
    ), seen AS (
      (SELECT 'pending' AS kind, t.id AS "taskId", NULL::uuid AS "sessionId", NULL::uuid AS "sandboxId",
          extract(epoch FROM statement_timestamp() - greatest(t."waitingSince", possible.since))::float8 AS "waitedSeconds"
        FROM "Task" t JOIN "Project" p ON p.id = t."projectId" LEFT JOIN "AgentPause" a ON a.agent = t.type CROSS JOIN served
        -- A time to come excludes it.
        CROSS JOIN LATERAL (
          SELECT greatest(served.since, a.until, CASE WHEN t.type <> 'cli' THEN p."budgetHeldUntil" END) AS since) possible
        WHERE t."projectId" = ${projectId}::uuid AND t."waitingSince" IS NOT NULL AND t."monitoredAt" IS NULL
          AND t."waitingSince" < statement_timestamp() - make_interval(secs => ${pendingTimeoutSeconds}::float8)
          AND possible.since < statement_timestamp() - make_interval(secs => ${pendingTimeoutSeconds}::float8)
          AND NOT (t.status = 'QUEUED' AND t."openDependencies" > 0 AND NOT t."isForced")
        ORDER BY t."waitingSince" LIMIT ${sightingsMax})
      UNION ALL
      SELECT 'no_heartbeat', "taskId", id, "sandboxId", "unspokenSeconds" FROM live, heard
        WHERE "unspokenSeconds" > ${lostSeconds} AND since < statement_timestamp() - make_interval(secs => ${lostSeconds}::float8)
      UNION ALL
      SELECT 'silent', "taskId", id, "sandboxId", "silentSeconds" FROM live
        WHERE "isHeard" AND "unspokenSeconds" <= ${lostSeconds} AND "silentSeconds" > ${idleTimeoutSeconds} AND type = 'autonomous'
    )
    SELECT * FROM seen ORDER BY "waitedSeconds" DESC, "taskId" LIMIT ${sightingsMax}`;
  return withTasks(tx, rows);
}

async function withTasks(tx: Tx, rows: readonly SightingRow[]): Promise<Sighting[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ taskId }) => taskId);
  const tasks = await tx.task.findMany({ where: { id: { in: ids } }, include: { project: true } });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return rows.map(({ kind, waitedSeconds, taskId, sessionId, sandboxId }) => {
    const task = byId.get(taskId)!;
    return {
      kind,
      waitedSeconds: Math.floor(waitedSeconds),
      task,
      session: sessionId && sandboxId ? { id: sessionId, attempt: task.attempts, sandboxId } : null,
    };
  });
}
