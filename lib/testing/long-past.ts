/** Runs SQL without parameters, one statement a call, always on the same connection. */
type Execute = (sql: string) => Promise<unknown>;

const perStatement = 25_000;
const actor = `'{"type": "system", "id": "past", "name": "past"}'::jsonb`;

/**
 * Gives a project a past: so many completed tasks in one long chain, each with its session, its sandbox and two events, written
 * past every verb. Nobody else may write to it meanwhile.
 */
export async function addPast(execute: Execute, projectId: string, tasks: number): Promise<void> {
  // No triggers and no foreign keys: what is written here agrees with itself.
  await execute(`SET session_replication_role = replica`);
  for (let written = 0; written < tasks; written += perStatement)
    await execute(pastOf(projectId, Math.min(perStatement, tasks - written)));
  await execute(`SET session_replication_role = DEFAULT`);
}

const pastOf = (projectId: string, tasks: number): string => `
  WITH project AS (
    UPDATE "Project" SET "lastTaskNumber" = "lastTaskNumber" + ${tasks} WHERE id = '${projectId}'
    RETURNING id, "lastTaskNumber" - ${tasks} AS before
  ), stream AS (
    UPDATE "Stream" SET "lastSeq" = "lastSeq" + ${2 * tasks} WHERE id = '${projectId}' RETURNING "lastSeq" - ${2 * tasks} AS before
  ), tasks AS (
    INSERT INTO "Task" (id, "projectId", number, title, status, "statusSince", position, spec, attempts, "createdBy")
    SELECT uuidv7(), project.id, before + n, 'past ' || n, 'COMPLETED', now() - make_interval(secs => ${tasks} - n), before + n,
      '{"command": "true"}', 1, ${actor}
    FROM project, generate_series(1, ${tasks}) n RETURNING id, number
  ), sessions AS (
    INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, status, agent, "sandboxProvider", branch, "workerId",
      "leaseUntil", "heartbeatAt", "endedAt", "exitCode")
    SELECT uuidv7(), id, '${projectId}', 1, 1, 'SUCCEEDED', 'cli', 'process', 'branch-' || number,
      '00000000-0000-0000-0000-000000000001', now(), now(), now(), 0 FROM tasks RETURNING id, "taskId"
  ), sandboxes AS (
    INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash", "spawnedAt", "terminatedAt", "removedAt")
    SELECT uuidv7(), id, "taskId", 'process', '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001',
      id::text, now(), now(), now() FROM sessions
  ), dependencies AS (
    INSERT INTO "Dependency" ("taskId", "dependsOnId", "projectId")
    SELECT later.id, earlier.id, '${projectId}' FROM tasks later JOIN tasks earlier ON earlier.number = later.number - 1
  )
  INSERT INTO "Event" ("streamId", seq, type, "entityType", "entityId", actor, payload)
  SELECT '${projectId}', stream.before + row_number() OVER (ORDER BY place), type, entity, told.id, ${actor}, payload
  FROM stream, (
    SELECT 2 * number AS place, 'SESSION_ENDED' AS type, 'session' AS entity, sessions.id,
      jsonb_build_object('taskId', tasks.id, 'attempt', 1, 'status', 'SUCCEEDED', 'reason', 'EXIT_ZERO', 'exitCode', 0) AS payload
    FROM tasks JOIN sessions ON "taskId" = tasks.id
    UNION ALL
    SELECT 2 * number + 1, 'TASK_COMPLETED', 'task', id, '{"attempt": 1, "resultCommit": null}' FROM tasks
  ) told`;

/** Tasks that may start now, queued by a person, in the order of their numbers. */
export const addQueued = (execute: Execute, projectId: string, tasks: number): Promise<unknown> =>
  execute(presentOf(projectId, tasks, { status: "QUEUED", queuedBy: `'user'`, queuedAt: "now()", queueRank: "n" }));

/** Cards that nobody has queued. */
export const addApproved = (execute: Execute, projectId: string, tasks: number): Promise<unknown> =>
  execute(presentOf(projectId, tasks, { status: "APPROVED", queuedBy: "NULL", queuedAt: "NULL", queueRank: "NULL" }));

type Columns = Record<"status" | "queuedBy" | "queuedAt" | "queueRank", string>;

const presentOf = (projectId: string, tasks: number, { status, queuedBy, queuedAt, queueRank }: Columns): string => `
  WITH project AS (
    UPDATE "Project" SET "lastTaskNumber" = "lastTaskNumber" + ${tasks} WHERE id = '${projectId}'
    RETURNING id, "lastTaskNumber" - ${tasks} AS before
  )
  INSERT INTO "Task" (id, "projectId", number, title, status, position, spec, "createdBy", "queuedBy", "queuedAt", "queueRank")
  SELECT uuidv7(), project.id, before + n, 'present ' || n, '${status}', before + n, '{"command": "true"}', ${actor},
    ${queuedBy}, ${queuedAt}, ${queueRank}
  FROM project, generate_series(1, ${tasks}) n`;
