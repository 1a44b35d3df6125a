import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Socket as NetSocket } from "node:net";
import { io as connectClient, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { system } from "@/lib/actor.ts";
import { configSchema } from "@/lib/config/schema.ts";
import { db, switchDatabase } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import type { JournalEvent } from "@/lib/events.ts";
import { inJournaledTransaction, record, removeOldEvents } from "@/lib/journal.ts";
import type { ClientToServerEvents, LogPart, ServerToClientEvents, Subscribed } from "@/lib/live-protocol.ts";
import { appendLog } from "@/lib/session/log.ts";
import { call, newProject, newTask, newWorker } from "@/lib/testing/world.ts";
import { createTestDatabase, type TestDatabase } from "../database/test-database.ts";
import { createGateway } from "../gateway.ts";
import { eventually } from "../sandbox/eventually.ts";
import { ownerToken, type Served, silence, startWebServer } from "../web/testing.ts";

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

const mib = 1024 * 1024;
const gateway = createGateway({ pollMs: 50, listen: silence });
let database: TestDatabase;
let served: Served;
const clients: Client[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await switchDatabase(database.url);
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken, DATABASE_URL: database.url });
  served = await startWebServer({ gateway });
});
afterAll(async () => {
  await served.web.stop(0);
  await db().$disconnect();
  await database.drop();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

async function open(): Promise<Client> {
  const client: Client = connectClient(`http://127.0.0.1:${served.port}`, {
    auth: { token: ownerToken },
    transports: ["websocket"],
    reconnectionDelay: 1,
    reconnectionDelayMax: 5,
    forceNew: true,
  });
  clients.push(client);
  await once(client as never, "connect");
  return client;
}

/** A browser that stops reading: its connection stays, and takes nothing. */
const connectionOf = (client: Client): NetSocket =>
  (client.io.engine.transport as unknown as { ws: { _socket: NetSocket } }).ws._socket;

const text = "x".repeat(4000);
const write = (projectId: string, count: number) =>
  inJournaledTransaction(async (tx) => {
    for (let n = 0; n < count; n++)
      record(tx, {
        ...{ streamId: projectId, type: "CHAT_POSTED", entityType: "chat" },
        ...{ entityId: randomUUID(), actor: system, payload: { text } },
      });
  });

/** Follows a project as a page does: after a lost connection from the last event seen, after a resync from there. */
function follow(client: Client, projectId: string) {
  const seen: number[] = [];
  const resyncs: number[] = [];
  const subscribe = (after: number) => client.emitWithAck("subscribe", { projectId, after }) as Promise<Subscribed>;
  client.on("CHAT_POSTED", (event: JournalEvent) => void seen.push(event.seq));
  client.on("resync", ({ seq }) => void resyncs.push(seq));
  client.io.on("reconnect", () => client.emit("subscribe", { projectId, after: seen.at(-1) ?? 1 }));
  return { seen, resyncs, subscribe };
}

async function backlogWhile(work: () => Promise<unknown>): Promise<number> {
  let [largest, isOver] = [0, false];
  const working = work().finally(() => (isOver = true));
  await eventually(() => {
    largest = Math.max(largest, gateway.backlogBytes());
    return isOver;
  }, 60_000);
  await working;
  return largest;
}

test("a reader that stops reading is cut off within bounds, comes back where it was and misses nothing", async () => {
  const project = await newProject();
  const [slow, good] = [await open(), await open()];
  const [slowSees, goodSees] = [follow(slow, project.id), follow(good, project.id)];
  await Promise.all([slowSees.subscribe(1), goodSees.subscribe(1)]);
  connectionOf(slow).pause();
  const total = 8_000;
  const largest = await backlogWhile(async () => {
    for (let n = 0; n < total; n += 500) await write(project.id, 500);
    await eventually(() => goodSees.seen.at(-1) === total + 1, 30_000);
    await eventually(() => gateway.backlogBytes() === 0, 10_000);
  });
  expect(largest).toBeLessThan(16 * mib);
  const cut = once(slow as never, "disconnect");
  connectionOf(slow).resume();
  expect((await cut)[0]).toMatch(/^transport/);
  await eventually(() => slowSees.seen.at(-1) === total + 1, 30_000);
  for (const { seen, resyncs } of [slowSees, goodSees]) {
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => n + 2));
    expect(resyncs).toEqual([]);
  }
}, 90_000);

test("of many that stop reading those furthest behind are cut off until all together keep little", async () => {
  const project = await newProject();
  const readers = await Promise.all(Array.from({ length: 16 }, () => open()));
  const followed = readers.map((client) => follow(client, project.id));
  await Promise.all(followed.map(({ subscribe }) => subscribe(1)));
  for (const client of readers) connectionOf(client).pause();
  const largest = await backlogWhile(async () => {
    for (let n = 0; n < 3_000; n += 500) await write(project.id, 500);
    await eventually(() => gateway.backlogBytes() > 64 * mib);
    await eventually(() => gateway.backlogBytes() <= 64 * mib);
  });
  expect(largest).toBeLessThan(16 * 10 * mib);
  for (const client of readers) connectionOf(client).resume();
  await eventually(() => followed.every(({ seen }) => seen.at(-1) === 3_001), 30_000);
  for (const { seen } of followed) expect(seen).toEqual(Array.from({ length: 3_000 }, (_, n) => n + 2));
}, 90_000);

async function newSessions(count: number): Promise<string[]> {
  const { id: projectId } = await newProject();
  const tasks = await Promise.all(Array.from({ length: count }, () => newTask(projectId)));
  for (const { id: taskId } of tasks) await call("task", "queue", { taskId });
  await call("project", "update", { projectId, settings: { maxConcurrentSessions: 60 } });
  return (await (await newWorker()).step()).claims.map(({ sessionId }) => sessionId);
}

test("logs are sent at the reader's pace: who stops reading keeps a page in memory, however many logs it watches", async () => {
  const sessionIds = await newSessions(4);
  const client = await open();
  const lengths = new Map(sessionIds.map((id) => [id, 0]));
  client.on("log", ({ sessionId, offset, text, nextOffset }: LogPart) => {
    expect(offset).toBe(lengths.get(sessionId));
    lengths.set(sessionId, offset + Buffer.byteLength(text));
    expect(lengths.get(sessionId)).toBe(nextOffset);
  });
  const part = Buffer.from(`${"\u0000".repeat(200_000)}\n`);
  const limits = { ...configSchema.parse({}), lineMaxBytes: mib };
  for (const id of sessionIds) for (let n = 0; n < 20; n++) await appendLog(db(), id, part, limits);
  connectionOf(client).pause();
  const largest = await backlogWhile(async () => {
    for (const sessionId of sessionIds) client.emit("watchLog", { sessionId });
    await eventually(() => gateway.backlogBytes() > mib);
    await write((await newProject()).id, 500);
  });
  expect(largest).toBeLessThan(8 * mib);
  connectionOf(client).resume();
  await eventually(() => [...lengths.values()].every((length) => length === 20 * part.length), 60_000);
}, 90_000);

test("a socket watches sixteen logs and no more; one of them again is none more", async () => {
  const sessionIds = await newSessions(17);
  const client = await open();
  const watch = (sessionId: string) => client.emitWithAck("watchLog", { sessionId });
  for (const id of sessionIds.slice(0, 16)) expect(await watch(id)).toMatchObject({ ok: true });
  expect(await watch(sessionIds[16]!)).toMatchObject({ ok: false, code: "RESOURCE_EXHAUSTED" });
  expect(await watch(sessionIds[0]!)).toMatchObject({ ok: true });
  await client.emitWithAck("unwatchLog", { sessionId: sessionIds[1]! });
  expect(await watch(sessionIds[16]!)).toMatchObject({ ok: true });
});

test("an `after` whose events retention has removed gets resync; one that is still kept is replayed", async () => {
  const project = await newProject();
  await write(project.id, 2_000);
  await db().event.updateMany({ where: { streamId: project.id, seq: { lte: 700 } }, data: { at: new Date(0) } });
  expect(await removeOldEvents(new Date(1))).toBe(700);
  const [late, kept] = [await open(), await open()];
  const [lateSees, keptSees] = [follow(late, project.id), follow(kept, project.id)];
  expect(await lateSees.subscribe(699)).toMatchObject({ seq: 2_001 });
  expect(await keptSees.subscribe(700)).toMatchObject({ seq: 2_001 });
  expect(lateSees).toMatchObject({ seen: [], resyncs: [2_001] });
  expect(keptSees.resyncs).toEqual([]);
  expect(keptSees.seen).toEqual(Array.from({ length: 1_301 }, (_, n) => n + 701));
  await write(project.id, 1);
  await eventually(() => lateSees.seen.at(-1) === 2_002 && keptSees.seen.at(-1) === 2_002);
});
