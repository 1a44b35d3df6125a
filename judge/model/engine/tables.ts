import type { Client } from "pg";

/** What stands in the tables, all of it that the model speaks of. Times in ms, amounts as numbers. */
export interface Tables {
  tasks: TaskRow[];
  edges: { taskId: string; dependsOnId: string }[];
  sessions: SessionRow[];
  workers: { id: string; leaseUntilMs: number; maxConcurrent: number; exhausted: string | null }[];
  pauses: { agent: string; untilMs: number }[];
  streams: { id: string; lastSeq: number }[];
  /** Those after the numbers asked for, in order. */
  events: EventRow[];
}

export interface TaskRow {
  id: string;
  projectId: string;
  status: string;
  priority: number;
  queuedBy: string | null;
  requestedBy: string | null;
  isForced: boolean;
  generation: number;
  attempts: number;
  failures: number;
  losses: number;
  version: number;
  openDependencies: number;
  queuedAtMs: number | null;
  queueRank: number | null;
  availableAtMs: number | null;
  waitingSinceMs: number | null;
  monitoredAtMs: number | null;
  resultCommit: string | null;
}

export interface SessionRow {
  id: string;
  sandboxId: string;
  taskId: string;
  projectId: string;
  attempt: number;
  generation: number;
  type: string;
  status: string;
  reason: string | null;
  workerId: string;
  holderId: string;
  leaseUntilMs: number;
  heartbeatAtMs: number;
  activeAtMs: number;
  monitoredAtMs: number | null;
  requestedBy: string | null;
  resultCommit: string | null;
  isPresent: boolean;
  isEnded: boolean;
  given: { cpu: number; memory: number; disk: number };
}

export interface EventRow {
  streamId: string;
  seq: number;
  type: string;
  entityId: string;
  actor: { type?: string; id?: string } | null;
  payload: Record<string, unknown>;
}

const ms = (column: string) => `round(extract(epoch FROM ${column}) * 1000)::float8`;

const query = `
SELECT jsonb_build_object(
  'tasks', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'projectId', "projectId", 'status', status, 'priority', priority,
      'queuedBy', "queuedBy", 'requestedBy', "requestedBy", 'isForced', "isForced", 'generation', generation, 'attempts', attempts,
      'failures', failures, 'losses', losses, 'version', version, 'openDependencies', "openDependencies",
      'queuedAtMs', ${ms('"queuedAt"')}, 'queueRank', "queueRank", 'availableAtMs', ${ms('"availableAt"')},
      'waitingSinceMs', ${ms('"waitingSince"')}, 'monitoredAtMs', ${ms('"monitoredAt"')}, 'resultCommit', "resultCommit")), '[]') FROM "Task"),
  'edges', (SELECT coalesce(jsonb_agg(jsonb_build_object('taskId', "taskId", 'dependsOnId', "dependsOnId")), '[]') FROM "Dependency"),
  'sessions', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'sandboxId', b.id, 'taskId', s."taskId", 'projectId', s."projectId",
      'attempt', s.attempt, 'generation', s.generation, 'type', s.agent, 'status', s.status, 'reason', s.reason, 'workerId', s."workerId", 'holderId', b."workerId",
      'leaseUntilMs', ${ms('s."leaseUntil"')}, 'heartbeatAtMs', ${ms('s."heartbeatAt"')}, 'activeAtMs', ${ms('s."activeAt"')},
      'monitoredAtMs', ${ms('s."monitoredAt"')}, 'requestedBy', s."requestedBy", 'resultCommit', s."resultCommit",
      'isPresent', b."terminatedAt" IS NULL, 'isEnded', s."endedAt" IS NOT NULL,
      'given', jsonb_build_object('cpu', coalesce(s.cpus, 0), 'memory', coalesce(s."memoryBytes", 0), 'disk', coalesce(s."diskBytes", 0)))), '[]')
    FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id),
  'workers', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'leaseUntilMs', ${ms('"leaseUntil"')}, 'maxConcurrent', "maxConcurrent",
      'exhausted', exhausted)), '[]') FROM "Worker"),
  'pauses', (SELECT coalesce(jsonb_agg(jsonb_build_object('agent', agent, 'untilMs', ${ms("until")})), '[]') FROM "AgentPause"),
  'streams', (SELECT jsonb_agg(jsonb_build_object('id', id, 'lastSeq', "lastSeq")) FROM "Stream"),
  'events', (SELECT coalesce(jsonb_agg(jsonb_build_object('streamId', e."streamId", 'seq', e.seq, 'type', e.type, 'entityId', e."entityId",
      'actor', e.actor, 'payload', e.payload) ORDER BY e."streamId", e.seq), '[]')
    FROM "Event" e WHERE e.seq > coalesce(($1::jsonb->>(e."streamId"::text))::bigint, 0))
) AS found`;

/** Everything at one moment, in one statement; of the journal what comes after the numbers given. */
export async function readTables(client: Client, after: Readonly<Record<string, number>>): Promise<Tables> {
  const { rows } = await client.query<{ found: Tables }>(query, [JSON.stringify(after)]);
  return rows[0]!.found;
}
