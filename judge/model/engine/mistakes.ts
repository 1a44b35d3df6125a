import type { Patch, SqlPatch } from "../../patch.ts";

/** A mistake in the engine's SQL: in a function, or in several at once. */
export interface SqlMistake {
  /** Completes "an engine that …". */
  name: string;
  sql: readonly SqlPatch[];
}

/** A mistake in the product's TypeScript. */
export interface CodeMistake {
  name: string;
  code: Patch;
}

export type EngineMistake = SqlMistake | CodeMistake;

const sql = (name: string, routine: string, find: string, replace: string): SqlMistake => ({
  name,
  sql: [{ function: routine, find, replace }],
});
const code = (name: string, file: string, find: string, replace: string): CodeMistake => ({
  name,
  code: { file, find, replace },
});

/** Mistakes one could make where the core of the scheduler is. Each changes something that people or other programs see. */
export const engineMistakes: readonly EngineMistake[] = [
  sql("takes a report in whatever became of the session", "settle", "NOT v_is_live OR ", ""),
  sql(
    "takes a report from whoever sends it",
    "settle",
    ` OR (r ? 'workerId' AND s."workerId" IS DISTINCT FROM (r->>'workerId')::uuid)`,
    "",
  ),
  sql(
    "lets a stranger end the fence of a session that is live",
    "settle",
    " AND NOT (v_is_live AND (v_is_stale OR NOT r ? 'taskVerb'))",
    "",
  ),
  sql("does not look which task a report is about", "settle", ` OR s."taskId" <> (r->>'taskId')::uuid`, ""),
  sql(
    "releases dependents again when a report is repeated",
    "settle",
    `IF s.report IS NOT NULL AND s.report = r->'report' THEN`,
    `IF s.report IS NOT NULL AND s.report = r->'report' THEN
        UPDATE "Task" SET "openDependencies" = greatest(0, "openDependencies" - 1)
          WHERE id IN (SELECT "taskId" FROM "Dependency" WHERE "dependsOnId" = s."taskId");`,
  ),
  sql(
    "forgets an event on the way back from a retry",
    "settle",
    `v_events := v_events || (move_task(p_task_moves, s."taskId", 'unqueue', 'APPROVED', v_system, 'AUTONOMOUS_OFF', '{}')->'events');`,
    `PERFORM move_task(p_task_moves, s."taskId", 'unqueue', 'APPROVED', v_system, 'AUTONOMOUS_OFF', '{}');`,
  ),
  sql("leaves a retry of the system queued with the switch off", "settle", "IF v_is_returned THEN", "IF false THEN"),
  sql("counts a loss as nothing", "settle", `'losses', r->'losses'`, `'losses', NULL`),
  sql(
    "keeps no processes between two attempts apart",
    "claim",
    `b."taskId" = q.id AND b."terminatedAt" IS NULL`,
    "false",
  ),
  sql("starts a retry before its time", "claim", `"availableAt" <= clock_timestamp()`, "true"),
  sql("lets a worker claim without a lease", "claim", ` AND "leaseUntil" > clock_timestamp()`, ""),
  sql("claims over the project's limit", "claim", "greatest(least(v_free - v_used, room.free), 0)", "v_free - v_used"),
  sql("counts limits without the projects' locks", "claim", "FOR UPDATE SKIP LOCKED) locked", ") locked"),
  sql(
    "counts limits over all projects side by side",
    "claim",
    "PERFORM pg_advisory_xact_lock(hashtext('runboard'), hashtext('claim'));",
    "",
  ),
  sql("forgets the limit of a type within a turn", "claim", "IF v_type_limits ? t.type AND", "IF false AND"),
  sql(
    "starts paused types",
    "claim",
    `ARRAY(SELECT agent FROM "AgentPause" WHERE until > clock_timestamp())`,
    `'{}'::text[]`,
  ),
  sql(
    "gives a resource back while processes use it",
    "missing_resource",
    `b."terminatedAt" IS NULL`,
    `s."endedAt" IS NULL`,
  ),
  {
    name: "promotes with the switch off",
    sql: [
      { function: "promote", find: `WHERE x."autonomousExecutionEnabled" AND`, replace: "WHERE" },
      {
        function: "promote",
        find: `JOIN "Project" p ON p.id = x.id AND p."autonomousExecutionEnabled"`,
        replace: `JOIN "Project" p ON p.id = x.id`,
      },
    ],
  },
  sql(
    "releases the dependents of a failure",
    "move_task",
    `ELSIF p_to = 'FAILED' THEN`,
    `ELSIF p_to = 'FAILED' THEN
    UPDATE "Task" SET "openDependencies" = "openDependencies" - 1 WHERE id IN (SELECT "taskId" FROM "Dependency" WHERE "dependsOnId" = p_task);`,
  ),
  sql(
    "keeps failures over a reopening",
    "move_task",
    `failures = CASE WHEN p_verb IN ('reopen', 'queue', 'requestChanges')`,
    `failures = CASE WHEN p_verb IN ('requestChanges')`,
  ),
  sql("forgets to number an attempt", "move_task", "attempts + (p_verb = 'claim')::int", "attempts + 0"),
  sql("keeps the force after the queue", "move_task", `THEN "isForced" ELSE false`, `THEN "isForced" ELSE "isForced"`),
  sql(
    "blocks nobody again when a task is reopened",
    "move_task",
    `ELSIF v_from = 'COMPLETED' THEN`,
    `ELSIF false THEN`,
  ),
  sql("says twice that processes are gone", "end_sandbox", ` AND "terminatedAt" IS NULL`, ""),
  sql("lets anybody say that a session runs", "record_started", ` AND "workerId" = (r->>'workerId')::uuid`, ""),
  sql("lets an earlier pause end a later one", "pause_agent", " WHERE excluded.until > known.until", ""),
  sql(
    "leaves holes in the journal",
    "journal_append",
    `"lastSeq" = "lastSeq" + v_stream.n WHERE`,
    `"lastSeq" = "lastSeq" + v_stream.n + 1 WHERE`,
  ),
  {
    name: "numbers events outside the lock",
    sql: [
      {
        function: "journal_append",
        find: `UPDATE "Stream" SET "lastSeq" = "lastSeq" + v_stream.n WHERE id = v_stream.id
      RETURNING "lastSeq" - v_stream.n INTO STRICT v_last;`,
        replace: `SELECT "lastSeq" INTO v_last FROM "Stream" WHERE id = v_stream.id;
      UPDATE "Stream" SET "lastSeq" = v_last + v_stream.n WHERE id = v_stream.id;`,
      },
      { function: "lock_streams", find: " FOR UPDATE", replace: "" },
    ],
  },
  sql("settles without the project's lock", "lock_streams", " FOR UPDATE", ""),
  code("counts no failures", "lib/session/retry.ts", `...(counts === "nothing" ? {} : { [counts]: 1 }),`, ""),
  code(
    "counts losses as failures",
    "lib/session/retry.ts",
    `return { verb: "retry", counts: "losses",`,
    `return { verb: "retry", counts: "failures",`,
  ),
  code(
    "waits without a cap",
    "lib/session/retry.ts",
    "Math.min(capMs, baseMs * 2 ** (n - 1))",
    "baseMs * 2 ** (n - 1)",
  ),
  code(
    "tries again what cannot be cured",
    "lib/session/retry.ts",
    `COMMAND_NOT_FOUND: "INCURABLE"`,
    `COMMAND_NOT_FOUND: "EXIT"`,
  ),
  code(
    "forgets the dependents of a deleted task",
    "lib/task/edit.ts",
    `if (task.status !== "COMPLETED") await forgetDependency(tx, task.id);`,
    "",
  ),
  code(
    "keeps an open dependency that was taken away",
    "lib/task/dependencies.ts",
    `{ openDependencies: { decrement: 1 } }`,
    `{ openDependencies: { decrement: 0 } }`,
  ),
  code("lets tasks wait for themselves", "lib/task/dependencies.ts", "await refuseCycle(tx, task, dependsOn);", ""),
  code(
    "keeps its place in the queue whatever its priority",
    "lib/task/edit.ts",
    `if (changed.includes("priority") && task.status === "QUEUED") await rerank(tx, task.id);`,
    "",
  ),
  code(
    "leaves queued what the system queued when the switch goes off",
    "lib/project/autonomy.ts",
    `{ projectId: project.id, queuedBy: "system" }`,
    `{ projectId: project.id, queuedBy: "nobody" }`,
  ),
  code(
    "takes over from the living",
    "server/orchestrator/recovery/take-over.ts",
    `(id = ANY (\${dead}::uuid[])`,
    `(true`,
  ),
  code(
    "renews who has signed off",
    "server/orchestrator/worker.ts",
    `WHERE id = \${id}::uuid AND "stoppedAt" IS NULL RETURNING`,
    `WHERE id = \${id}::uuid RETURNING`,
  ),
  code(
    "gives up a host before its time",
    "server/orchestrator/recovery/give-up.ts",
    `ELSE w."stoppedAt" IS NOT NULL AND \${lostAt} < clock_timestamp() END`,
    `ELSE w."leaseUntil" < clock_timestamp() END`,
  ),
];
