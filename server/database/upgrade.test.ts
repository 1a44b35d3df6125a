import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db, switchDatabase } from "@/lib/db.ts";
import { call, newWorker, reportOf } from "@/lib/testing/world.ts";
import { MigrationError, migrate, migrationsDirectory } from "./migrate.ts";
import { createEmptyDatabase, type TestDatabase } from "./test-database.ts";

const log = () => {};
/** The migrations of the first version. */
const first = ["20261120000000_nouns", "20261120000100_engine"];
const [projectId, streamId] = ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000001"];
const taskId = (n: number) => `01900000-0000-7000-8000-0000000001${String(n).padStart(2, "0")}`;
const statuses = ["DRAFT", "APPROVED", "QUEUED", "RUNNING", "REVIEW", "COMPLETED", "FAILED", "STALLED", "CANCELLED"];

let database: TestDatabase;
let directory: string;

/** A board as the first version left it: a card in every status, a delayed retry, a session whose orchestrator is gone. */
beforeAll(async () => {
  database = await createEmptyDatabase();
  directory = mkdtempSync(join(tmpdir(), "runboard-upgrade-"));
  for (const name of [...first, "migration_lock.toml"])
    cpSync(join(migrationsDirectory(), name), join(directory, name), { recursive: true });
  await migrate(database.url, { log, directory });
  await switchDatabase(database.url);
  const actor = `'{"type":"person","id":"owner","name":"Owner"}'`;
  const run = (sql: string) => db().$executeRawUnsafe(sql);
  await run(`INSERT INTO "Stream" (id, "lastSeq") VALUES ('${streamId}', 3)`);
  await run(`INSERT INTO "Event" ("streamId", seq, type, "entityType", "entityId", actor, payload)
    SELECT '${streamId}', n, 'TASK_CREATED', 'task', '${taskId(0)}', ${actor}, '{"key":"OLD-1","title":"x","status":"DRAFT"}' FROM generate_series(1, 3) n`);
  await run(`INSERT INTO "Project" (id, key, name, "gitDir", "baseBranch", "createdBy", "updatedAt", "lastTaskNumber")
    VALUES ('${projectId}', 'OLD', 'Old', '/nowhere', 'main', ${actor}, now(), 20)`);
  for (const [n, status] of statuses.entries())
    await run(`INSERT INTO "Task" (id, "projectId", number, title, spec, status, "createdBy", "updatedAt", attempts, "queuedBy", "queuedAt", "queueRank", "statusSince")
      VALUES ('${taskId(n)}', '${projectId}', ${n + 1}, 'card ${n}', '{"command":"true"}', '${status}', ${actor}, now(),
        ${status === "RUNNING" ? 1 : 0}, 'person', now(), ${status === "QUEUED" ? 1 : "NULL"}, now() - interval '2 hours')`);
  await run(`INSERT INTO "Task" (id, "projectId", number, title, spec, status, "createdBy", "updatedAt", "queuedBy", "queuedAt", "queueRank", "availableAt")
    VALUES ('${taskId(20)}', '${projectId}', 20, 'retry', '{"command":"true"}', 'QUEUED', ${actor}, now(), 'person', now(), 2, now() + interval '1 hour')`);
  const session = "01900000-0000-7000-8000-000000000201";
  const worker = "01900000-0000-7000-8000-000000000301";
  await run(`INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, status, agent, "sandboxProvider", branch, "workerId", "leaseUntil", "heartbeatAt")
    VALUES ('${session}', '${taskId(3)}', '${projectId}', 1, 1, 'RUNNING', 'cli', 'process', 'runboard/OLD-4/a1', '${worker}', now(), now())`);
  await run(`INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash", "bootId", pid, "startTime")
    VALUES ('${session}', '${session}', '${taskId(3)}', 'process', '${worker}', '${worker}', 'hash', 'boot', 1, '1')`);
}, 60_000);

afterAll(async () => {
  await db().$disconnect();
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

it("a new version takes up the data of the first one: every card, what waits, what runs, the journal", async () => {
  const before = await db().$queryRaw<{ id: string; status: string; version: number }[]>`
    SELECT id, status, version FROM "Task" ORDER BY number`;
  const applied = await migrate(database.url, { log });
  expect(applied).toEqual(
    readdirSync(migrationsDirectory()).filter((name) => /^\d/.test(name) && !first.includes(name)),
  );
  expect(await db().$queryRaw`SELECT id, status, version FROM "Task" ORDER BY number`).toEqual(before);
  expect(await db().event.count()).toBe(3);

  const queued = await call("task", "get", { taskId: "OLD-3" });
  expect(queued).toMatchObject({ status: "QUEUED", resources: {}, retryPolicy: null, monitoredAt: null });
  expect(Date.parse(queued.waitingSince!)).toBeLessThan(Date.now() - 3_600_000);
  expect((await call("task", "get", { taskId: "OLD-20" })).waitingSince).toBe(
    (await call("task", "get", { taskId: "OLD-20" })).availableAt,
  );

  const worker = await newWorker();
  const { claims } = await worker.step();
  expect(claims.map(({ key }) => key)).toEqual(["OLD-3"]);
  await worker.step([reportOf(claims[0]!)]);
  expect((await call("task", "get", { taskId: "OLD-3" })).status).toBe("COMPLETED");

  const running = await db().session.findFirstOrThrow({ where: { task: { number: 4 } }, include: { sandbox: true } });
  const ended = await worker.step([
    { ...reportOf({ ...claims[0]!, sandboxId: running.sandbox!.id, taskId: running.taskId, sessionId: running.id }) },
  ]);
  expect(ended.answers).toMatchObject([{ accepted: true }]);
});

it("the first version refuses that data, by the names of what it does not know, and leaves it as it is", async () => {
  await migrate(database.url, { log });
  const refused = migrate(database.url, { log, directory });
  await expect(refused).rejects.toThrow(MigrationError);
  await expect(refused).rejects.toThrow(/used by a newer Runboard.*survival/s);
  expect(await db().task.count()).toBe(statuses.length + 1);
});
