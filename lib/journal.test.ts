import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { owner } from "@/lib/actor.ts";
import { db, switchDatabase } from "@/lib/db.ts";
import { inJournaledTransaction, record, since } from "@/lib/journal.ts";
import type { Task } from "@/lib/task/schema.ts";
import { call, newProject } from "@/lib/testing/world.ts";
import { createTestDatabase, type TestDatabase } from "@/server/database/test-database.ts";

let database: TestDatabase;
let listener: Client;
let hints = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  await switchDatabase(database.url);
  listener = new Client({ connectionString: database.url });
  await listener.connect();
  await listener.query("LISTEN runboard_work");
  listener.on("notification", () => {
    hints += 1;
  });
});
afterAll(async () => {
  await listener.end();
  await db().$disconnect();
  await database.drop();
});

/** How many hints a piece of work gives. A connection hears what was committed before its own statement. */
async function hintsOf(work: () => Promise<unknown>): Promise<number> {
  await listener.query("SELECT 1");
  const before = hints;
  await work();
  await listener.query("SELECT 1");
  return hints - before;
}

it("wakes the orchestrators for what may give them work, and for no drafts and no other words on a card", async () => {
  const { id: projectId } = await newProject();
  let task = {} as Task;
  const create = async (status: string) => {
    task = await call("task", "create", { projectId, title: "t", status, spec: { command: "true" } });
  };
  const update = async (changes: object) => {
    task = await call("task", "update", { taskId: task.id, version: task.version, ...changes });
  };
  expect(await hintsOf(() => create("DRAFT"))).toBe(0);
  expect(await hintsOf(() => update({ title: "another", tags: ["x"] }))).toBe(0);
  expect(await hintsOf(() => update({ title: "more", priority: 4 }))).toBe(1);
  expect(await hintsOf(() => update({ resources: { cpus: 1 } }))).toBe(1);
  expect(await hintsOf(() => call("task", "approve", { taskId: task.id }))).toBe(1);
  expect(await hintsOf(() => create("APPROVED"))).toBe(1);
  const types = (await since(projectId, { after: 0, limit: 100 })).map(({ type }) => type);
  expect(types.filter((type) => type === "TASK_UPDATED")).toHaveLength(3);
});

it("writes what a program said with a replacement for what cannot be stored: the transaction is not lost by it", async () => {
  const { id: projectId } = await newProject();
  await inJournaledTransaction(async (tx) =>
    record(tx, {
      ...{ streamId: projectId, type: "CHAT_POSTED", entityType: "chat", entityId: projectId, actor: owner.actor },
      payload: { text: "a\0b \ud800 😀" },
    }),
  );
  const [event] = await since(projectId, { after: 1, limit: 10 });
  expect(event).toMatchObject({ type: "CHAT_POSTED", payload: { text: "a\ufffdb \ufffd 😀" } });
});
