import { beforeAll, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { appendChunks } from "@/lib/session/log.ts";
import { markStarted, step } from "@/lib/session/settle.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();

/** A long past: 20,000 completed tasks, each with its session, sandbox and output, in one long chain. */
beforeAll(async () => {
  const { id } = await newProject();
  await db().$executeRaw`
    WITH tasks AS (
      INSERT INTO "Task" (id, "projectId", number, title, status, "createdBy")
      SELECT gen_random_uuid(), ${id}::uuid, n, 'past', 'COMPLETED', '{}' FROM generate_series(1, 20000) n RETURNING id
    ), sessions AS (
      INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, status, agent, "sandboxProvider", branch, "workerId", "leaseUntil", "heartbeatAt")
      SELECT gen_random_uuid(), id, ${id}::uuid, 1, 1, 'SUCCEEDED', 'cli', 'process', 'b', gen_random_uuid(), now(), now() FROM tasks
      RETURNING id, "taskId"
    ), sandboxes AS (
      INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash", "terminatedAt")
      SELECT gen_random_uuid(), id, "taskId", 'process', gen_random_uuid(), gen_random_uuid(), id::text, now() FROM sessions
    )
    INSERT INTO "LogChunk" ("sessionId", "offset", bytes) SELECT id, 0, '' FROM sessions`;
  await db().$executeRaw`
    INSERT INTO "Dependency" ("taskId", "dependsOnId", "projectId")
    SELECT later.id, earlier.id, ${id}::uuid FROM "Task" later JOIN "Task" earlier ON earlier.number = later.number - 1`;
  await db().$executeRaw`ANALYZE`;
}, 60_000);

it("no turn of an orchestrator reads a growing table from end to end", async () => {
  const { id: projectId } = await newProject();
  const worker = await newWorker();
  const first = await newTask(projectId);
  await newTask(projectId, { dependsOn: [first.key] });
  await call("project", "setAutonomousExecution", { projectId, enabled: true });
  const [claim] = (await worker.step()).claims;
  const scanned = await db().$transaction(async (tx) => {
    const { sessionId, sandboxId } = claim!;
    const actor = { type: "system", id: "x", name: "x" } as const;
    await markStarted(tx, worker.id, [{ sessionId, sandboxId, bootId: "b", pid: 1, startTime: "1", actor }]);
    await appendChunks(tx, [{ sessionId, offset: 0, bytes: Buffer.from("output") }]);
    const ticket = { sessionId: projectId, sandboxId: projectId, tokenHash: "t" };
    const { claims } = await step(tx, {
      reports: [{ ...reportOf(claim!), workerId: worker.id }],
      worker: { id: worker.id, tickets: [ticket], leaseMs: 60_000 },
    });
    expect(claims).toHaveLength(1);
    return tx.$queryRaw<{ relname: string; rows: bigint }[]>`
      SELECT relname, seq_tup_read AS rows FROM pg_stat_xact_user_tables
      WHERE seq_tup_read > 0 AND relname IN ('Task', 'Session', 'Sandbox', 'Dependency', 'Event', 'LogChunk')`;
  });
  expect(scanned).toEqual([]);
});
