import { beforeAll, expect, it } from "vitest";
import { configSchema } from "@/lib/config/schema.ts";
import { db, type Tx } from "@/lib/db.ts";
import { appendOutput } from "@/lib/session/log.ts";
import { markStarted, step } from "@/lib/session/settle.ts";
import { call, newProject, newTask, newWorker, pieceOf, provideTestDatabase, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();

let projectId: string;

/** A long past: 20,000 completed tasks, each with its session, sandbox and output, in one long chain. */
beforeAll(async () => {
  projectId = (await newProject()).id;
  await db().$executeRaw`
    WITH tasks AS (
      INSERT INTO "Task" (id, "projectId", number, title, status, "createdBy")
      SELECT gen_random_uuid(), ${projectId}::uuid, n, 'past', 'COMPLETED', '{}' FROM generate_series(100001, 120000) n RETURNING id
    ), sessions AS (
      INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, status, agent, "sandboxProvider", branch, "workerId", "leaseUntil", "heartbeatAt")
      SELECT gen_random_uuid(), id, ${projectId}::uuid, 1, 1, 'SUCCEEDED', 'cli', 'process', 'b', gen_random_uuid(), now(), now() FROM tasks
      RETURNING id, "taskId"
    ), sandboxes AS (
      INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash", "terminatedAt")
      SELECT gen_random_uuid(), id, "taskId", 'process', gen_random_uuid(), gen_random_uuid(), id::text, now() FROM sessions
    )
    INSERT INTO "LogChunk" ("sessionId", "offset", bytes) SELECT id, 0, '' FROM sessions`;
  await db().$executeRaw`
    INSERT INTO "Dependency" ("taskId", "dependsOnId", "projectId")
    SELECT later.id, earlier.id, ${projectId}::uuid FROM "Task" later JOIN "Task" earlier ON earlier.number = later.number - 1`;
  await db().$executeRaw`ANALYZE`;
}, 60_000);

it("a turn of an orchestrator reads a handful of rows, however long a project's past is", async () => {
  const worker = await newWorker();
  const first = await newTask(projectId);
  await newTask(projectId, { dependsOn: [first.key] });
  await call("project", "setAutonomousExecution", { projectId, enabled: true });
  const [claim] = (await worker.step()).claims;
  const read = await db().$transaction(async (tx) => {
    const before = await rowsRead(tx);
    const { sessionId, sandboxId } = claim!;
    const actor = { type: "system", id: "x", name: "x" } as const;
    await markStarted(tx, worker.id, [{ sessionId, sandboxId, bootId: "b", pid: 1, startTime: "1", actor }]);
    await appendOutput(tx, [pieceOf(sessionId, 0, "output\n")], configSchema.parse({}));
    const ticket = { sessionId: projectId, sandboxId: projectId, tokenHash: "t" };
    const { claims } = await step(tx, {
      reports: [{ ...reportOf(claim!), workerId: worker.id }],
      worker: { id: worker.id, tickets: [ticket], leaseMs: 60_000 },
    });
    expect(claims).toHaveLength(1);
    const after = await rowsRead(tx);
    return [...after].map(([table, rows]) => ({ table, rows: rows - (before.get(table) ?? 0) }));
  });
  expect(read.filter(({ rows }) => rows > 100)).toEqual([]);
});

/** Rows read in whatever way, as this connection has counted them so far. */
async function rowsRead(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ relname: string; n: number }[]>`
    SELECT relname, (seq_tup_read + idx_tup_fetch)::int AS n FROM pg_stat_xact_user_tables
    WHERE relname IN ('Task', 'Session', 'Sandbox', 'Dependency', 'Event', 'LogChunk')`;
  return new Map(rows.map(({ relname, n }) => [relname, n]));
}
