import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db, switchDatabase } from "@/lib/db.ts";
import type { Task } from "@/lib/task/schema.ts";
import { call } from "@/lib/testing/world.ts";
import { migrate, migrationsDirectory } from "@/server/database/migrate.ts";
import { createEmptyDatabase, type TestDatabase } from "@/server/database/test-database.ts";

const log = () => {};
const deadlines = {
  late: "10000-01-01 04:59:59+00",
  early: "0001-12-31 23:00:00+00 BC",
  usual: "2030-01-01 00:00:00+00",
};
const projectId = "01900000-0000-7000-8000-000000000001";

let database: TestDatabase;
let directory: string;

/** A board of before, when every deadline was taken that has the form of one. */
beforeAll(async () => {
  database = await createEmptyDatabase();
  directory = mkdtempSync(join(tmpdir(), "runboard-deadlines-"));
  for (const name of ["20261120000000_nouns", "20261120000100_engine", "migration_lock.toml"])
    cpSync(join(migrationsDirectory(), name), join(directory, name), { recursive: true });
  await migrate(database.url, { log, directory });
  await switchDatabase(database.url);
  const actor = `'{"type":"person","id":"owner","name":"Owner"}'`;
  const run = (sql: string) => db().$executeRawUnsafe(sql);
  await run(`INSERT INTO "Stream" (id) VALUES ('${projectId}')`);
  await run(`INSERT INTO "Project" (id, key, name, "gitDir", "baseBranch", "createdBy", "updatedAt", "lastTaskNumber")
    VALUES ('${projectId}', 'OLD', 'Old', '/nowhere', 'main', ${actor}, now(), 3)`);
  for (const [at, [title, deadline]] of Object.entries(deadlines).entries())
    await run(`INSERT INTO "Task" (id, "projectId", number, title, deadline, "createdBy", "updatedAt", position)
      VALUES (gen_random_uuid(), '${projectId}', ${at + 1}, '${title}', '${deadline}', ${actor}, now(), ${at})`);
}, 60_000);

afterAll(async () => {
  await db().$disconnect();
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

it("a card whose deadline nobody could read back is one like others after the upgrade, due as near to that as can be", async () => {
  await migrate(database.url, { log });
  const { items } = await call<{ items: Task[] }>("task", "list", { projectId });
  expect(items.map(({ title, deadline }) => [title, deadline])).toEqual([
    ["late", "9999-12-31T23:59:59.999Z"],
    ["early", "0001-01-01T00:00:00.000Z"],
    ["usual", "2030-01-01T00:00:00.000Z"],
  ]);
  expect(await call("task", "update", { taskId: "OLD-1", version: 1, deadline: null })).toMatchObject({ version: 2 });
  await call("task", "delete", { taskId: "OLD-2" });
});
