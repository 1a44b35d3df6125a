import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { io as connectClient, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { system } from "@/lib/actor.ts";
import { configSchema } from "@/lib/config/schema.ts";
import { db, switchDatabase } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { type EventType, eventTypes, type JournalEvent } from "@/lib/events.ts";
import { inJournaledTransaction, record } from "@/lib/journal.ts";
import type {
  ClientToServerEvents,
  LogPart,
  ServerToClientEvents,
  SessionPulse,
  Subscribed,
} from "@/lib/live-protocol.ts";
import { appendLog } from "@/lib/session/log.ts";
import { recordAgents } from "@/lib/session/record-agent.ts";
import { runningAgent } from "@/lib/testing/agents.ts";
import { call, eventsOf, newProject, newTask, newWorker, reportOf } from "@/lib/testing/world.ts";
import { createTestDatabase, type TestDatabase } from "./database/test-database.ts";
import { createGateway } from "./gateway.ts";
import { eventually } from "./sandbox/eventually.ts";
import { newApiToken, ownerToken, type Served, signedIn, silence, startWebServer } from "./web/testing.ts";

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

let database: TestDatabase;
let hinted: Served;
let deaf: Served;
let both: Served;
const clients: Client[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await switchDatabase(database.url);
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken, DATABASE_URL: database.url });
  // One lives on hints alone for the length of a test, the other has none and polls.
  hinted = await startWebServer({ gateway: createGateway({ pollMs: 60_000 }) });
  deaf = await startWebServer({ gateway: createGateway({ pollMs: 50, listen: silence }) });
  both = await startWebServer({ gateway: createGateway({ pollMs: 500 }) });
});

afterAll(async () => {
  await Promise.all([hinted, deaf, both].map(({ web }) => web.stop(0)));
  await db().$disconnect();
  await database.drop();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

function open({ port }: Served, options: object = {}): Client {
  const client: Client = connectClient(`http://127.0.0.1:${port}`, {
    auth: { token: ownerToken },
    transports: ["websocket"],
    reconnectionDelay: 1,
    reconnectionDelayMax: 5,
    forceNew: true,
    ...options,
  });
  clients.push(client);
  return client;
}

const refusalOf = (client: Client) =>
  new Promise<{ code: string }>((resolve, reject) => {
    client.once("connect_error", (error) =>
      resolve((error as unknown as { data: { code: string } }).data ?? { code: error.message }),
    );
    client.once("connect", () => reject(new Error("it was let in")));
  });

/** Everything a client hears, in order, and a way to wait for it. */
function listenTo(client: Client) {
  const events: JournalEvent[] = [];
  let look = () => {};
  for (const type of eventTypes)
    client.on(type as "TASK_CREATED", (event) => {
      events.push(event as JournalEvent);
      look();
    });
  const until = (isEnough: () => boolean) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (isEnough()) resolve();
      };
      look();
    });
  return { events, until, reached: (seq: number) => until(() => (events.at(-1)?.seq ?? 0) >= seq) };
}

const subscribe = (client: Client, input: object) =>
  client.emitWithAck("subscribe", input) as Promise<Subscribed & { ok: boolean; code?: string }>;

const write = (projectId: string, count = 1) =>
  inJournaledTransaction(async (tx) => {
    for (let n = 0; n < count; n++)
      record(tx, {
        streamId: projectId,
        type: "CHAT_POSTED",
        entityType: "chat",
        entityId: randomUUID(),
        actor: system,
        payload: { text: `${n}` },
      });
  });

const dense = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const seqsOf = (events: JournalEvent[]) => events.map(({ seq }) => seq);

test("it replays what came after, then follows, and every event is the journal's", async () => {
  const project = await newProject();
  await write(project.id, 5);
  const client = open(hinted);
  const heard = listenTo(client);
  expect(await subscribe(client, { projectId: project.key.toLowerCase(), after: 2 })).toEqual({
    ok: true,
    projectId: project.id,
    seq: 6,
  });
  expect(seqsOf(heard.events)).toEqual([3, 4, 5, 6]);
  await write(project.id, 3);
  await heard.reached(9);
  expect(heard.events).toEqual((await eventsOf(project.id)).filter(({ seq }) => seq > 2));
  await client.emitWithAck("unsubscribe", { projectId: project.id });
  await write(project.id);
  await subscribe(client, { projectId: project.id });
  expect(seqsOf(heard.events)).toEqual(dense(3, 9));
});

test("sockets that drop at random while events are written hear every event once, in order, on both servers", async () => {
  const project = await newProject();
  const readers = [hinted, deaf, hinted, deaf].map((served, n) => {
    const client = open(served, n === 3 ? { transports: ["polling", "websocket"] } : {});
    const heard = listenTo(client);
    client.on("connect", () =>
      client.emit("subscribe", { projectId: project.id, after: heard.events.at(-1)?.seq ?? 0 }),
    );
    return { client, heard };
  });
  const total = 600;
  let written = 1;
  while (written < total) {
    const count = Math.min(total - written, 1 + Math.floor(Math.random() * 8));
    await write(project.id, count);
    written += count;
    const victim = readers[Math.floor(Math.random() * readers.length)]!;
    // Closed while it opens, the client library waits for its own timeout.
    if (Math.random() < 0.3 && victim.client.connected) victim.client.io.engine.close();
  }
  await Promise.all(readers.map(({ heard }) => heard.reached(total)));
  for (const { heard } of readers) expect(seqsOf(heard.events)).toEqual(dense(1, total));
  expect(readers[0]!.heard.events).toEqual(readers[1]!.heard.events);
});

test("what an agent does reaches who follows its project, by hint and by poll, once, and nobody else", async () => {
  const { project, claim } = await runningAgent();
  const elsewhere = await newProject();
  const hear = async (served: Served, projectId: string) => {
    const client = open(served);
    const told: SessionPulse[] = [];
    client.on("live", ({ sessions }) => told.push(...sessions));
    await subscribe(client, { projectId });
    return told;
  };
  const [byHint, byPoll, other] = [
    await hear(hinted, project.id),
    await hear(deaf, project.id),
    await hear(both, elsewhere.id),
  ];
  const note = (liveLine: string) => recordAgents(db(), new Map([[claim.sessionId, { liveLine }]]));
  const lines = (told: SessionPulse[]) => told.flatMap(({ liveLine }) => liveLine ?? []);
  await note("Bash: npm test");
  for (const told of [byHint, byPoll]) await eventually(() => lines(told).length === 1);
  expect(byHint[0]).toMatchObject({ projectId: project.id, taskId: claim.taskId, sessionId: claim.sessionId });
  await note("Done soon");
  for (const told of [byHint, byPoll]) await eventually(() => lines(told).includes("Done soon"));
  expect(lines(byHint)).toEqual(["Bash: npm test", "Done soon"]);
  expect(lines(byPoll)).toEqual(["Bash: npm test", "Done soon"]);
  expect(other).toEqual([]);
});

test("many join one stream while it grows: no gap, no double", async () => {
  const project = await newProject();
  await write(project.id, 1200);
  let isWriting = true;
  const writing = (async () => {
    while (isWriting) await write(project.id, 3);
  })();
  const readers = await Promise.all(
    dense(1, 20).map(async (n) => {
      const client = open(n % 2 ? hinted : deaf);
      const heard = listenTo(client);
      const { seq } = await subscribe(client, { projectId: project.id, after: n * 50 });
      return { heard, seq, after: n * 50 };
    }),
  );
  isWriting = false;
  await writing;
  const last = (await eventsOf(project.id)).length;
  await Promise.all(readers.map(({ heard }) => heard.reached(last)));
  for (const { heard, after } of readers) expect(seqsOf(heard.events)).toEqual(dense(after + 1, last));
});

test("who joins a room that is behind the journal is told nothing twice", async () => {
  const project = await newProject();
  const [inside, knowsAll, knowsHalf] = [open(hinted), open(hinted), open(hinted)];
  const room = listenTo(inside);
  await subscribe(inside, { projectId: project.id, after: 1 });
  await write(project.id, 4_000);
  const [hearsNew, hearsHalf] = [listenTo(knowsAll), listenTo(knowsHalf)];
  await Promise.all([
    subscribe(knowsAll, { projectId: project.id, after: 4_001 }),
    subscribe(knowsHalf, { projectId: project.id, after: 2_000 }),
  ]);
  await write(project.id);
  await Promise.all([room, hearsNew, hearsHalf].map((heard) => heard.reached(4_002)));
  expect(seqsOf(hearsNew.events)).toEqual([4_002]);
  expect(seqsOf(hearsHalf.events)).toEqual(dense(2_001, 4_002));
  expect(seqsOf(room.events)).toEqual(dense(2, 4_002));
});

test("an `after` that is too old or was never reached gets resync and the live events", async () => {
  const project = await newProject();
  await write(project.id, 10_001);
  for (const after of [0, 20_000, Number.MAX_SAFE_INTEGER]) {
    const client = open(hinted);
    const heard = listenTo(client);
    const told = new Promise((resolve) => client.once("resync", resolve));
    const { seq } = await subscribe(client, { projectId: project.id, after });
    expect(await told).toEqual({ projectId: project.id, seq });
    await write(project.id);
    await heard.reached(seq + 1);
    expect(seqsOf(heard.events)).toEqual([seq + 1]);
  }
  const client = open(hinted);
  const heard = listenTo(client);
  const { seq } = await subscribe(client, { projectId: project.id, after: 1000 });
  expect(seqsOf(heard.events)).toEqual(dense(1001, seq));
});

test("the overview hears of all projects and the configuration, nothing else, and nothing twice", async () => {
  for (const served of [hinted, deaf]) {
    const client = open(served);
    const heard = listenTo(client);
    expect(await subscribe(client, {})).toMatchObject({ ok: true, projectId: null });
    const project = await newProject();
    await write(project.id);
    // Whoever says "after 2" has the first two already, so the overview would not tell of them any more.
    await heard.until(() => heard.events.some(({ type }) => type === "PROJECT_CREATED"));
    await subscribe(client, { projectId: project.id, after: 2 });
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    await call("config", "update", { values: { maxConcurrent: 1 + Math.floor(Math.random() * 200) } });
    await heard.until(
      () =>
        heard.events.some(({ type }) => type === "CONFIG_CHANGED") &&
        heard.events.some(({ type }) => type === "AUTONOMOUS_MODE_CHANGED"),
    );
    expect(heard.events.map(({ type }) => type).sort()).toEqual([
      "AUTONOMOUS_MODE_CHANGED",
      "CONFIG_CHANGED",
      "PROJECT_CREATED",
    ] satisfies EventType[]);
  }
});

async function newSession() {
  const project = await newProject();
  const task = await newTask(project.id);
  await call("task", "queue", { taskId: task.id });
  const worker = await newWorker();
  const { claims } = await worker.step([], 1);
  const claim = claims.find(({ taskId }) => taskId === task.id)!;
  return { worker, claim, sessionId: claim.sessionId };
}

const append = (sessionId: string, text: string) =>
  db().$transaction((tx) => appendLog(tx, sessionId, Buffer.from(text), configSchema.parse({})));

test("a log is followed from any byte on, across chunks and characters, until the session has ended", async () => {
  for (const served of [both, deaf]) {
    const { worker, claim, sessionId } = await newSession();
    const chunks = dense(1, 60).map((n) => `${n}: ${"grün ✓ ".repeat(n)}\n`);
    const whole = Buffer.from(chunks.join(""));
    for (const chunk of chunks.slice(0, 20)) await append(sessionId, chunk);
    const from = Buffer.byteLength(chunks[0]!) + 2;
    const client = open(served);
    const parts: LogPart[] = [];
    const complete = new Promise<void>((resolve) => {
      client.on("log", (part) => {
        parts.push(part);
        if (part.isComplete) resolve();
      });
    });
    expect(await client.emitWithAck("watchLog", { sessionId, after: from })).toEqual({
      ok: true,
      sessionId,
      offset: from,
    });
    for (const chunk of chunks.slice(20)) await append(sessionId, chunk);
    await worker.step([reportOf(claim)]);
    await complete;
    expect(parts.map(({ text }) => text).join("")).toBe(whole.subarray(from).toString());
    let offset = from;
    for (const part of parts) {
      expect(part.offset).toBe(offset);
      offset = part.nextOffset;
    }
    expect(offset).toBe(whole.length);
  }
});

test("commands that are wrong or unknown are answered, and the socket lives on", async () => {
  const client = open(hinted);
  const ask = (name: string, ...input: unknown[]) => (client as unknown as Socket).emitWithAck(name, ...input);
  expect(await ask("subscribe", { projectId: "NOPE" })).toMatchObject({ ok: false, code: "NOT_FOUND" });
  expect(await ask("subscribe", { projectId: { $ne: 1 } })).toMatchObject({ ok: false, code: "VALIDATION_FAILED" });
  expect(await ask("subscribe", { projectId: "X", after: -1 })).toMatchObject({ ok: false, code: "VALIDATION_FAILED" });
  expect(await ask("subscribe", "x")).toMatchObject({ ok: false, code: "VALIDATION_FAILED" });
  expect(await ask("watchLog", { sessionId: randomUUID() })).toMatchObject({ ok: false, code: "NOT_FOUND" });
  expect(await ask("watchLog", { sessionId: "../../etc" })).toMatchObject({ ok: false, code: "VALIDATION_FAILED" });
  expect(await ask("TASK_CREATED", {})).toMatchObject({ ok: false, code: "NOT_FOUND" });
  expect(await ask("constructor")).toMatchObject({ ok: false, code: "NOT_FOUND" });
  expect(await ask("unsubscribe")).toEqual({ ok: true });
  expect(await ask("subscribe")).toMatchObject({ ok: true, projectId: null });
});

test("S-03: a socket says who it is: cookie with origin, bearer, or a token in auth; nobody else gets in", async () => {
  const { cookie } = await signedIn();
  const origin = `http://127.0.0.1:${hinted.port}`;
  const good = [
    { auth: { token: ownerToken } },
    { auth: { token: (await newApiToken()).token } },
    { auth: {}, extraHeaders: { authorization: `Bearer ${ownerToken}` } },
    { auth: {}, extraHeaders: { cookie, origin } },
  ];
  for (const options of good)
    for (const transports of [["websocket"], ["polling"]])
      await once(open(hinted, { ...options, transports }) as never, "connect");
  const bad: [object, string][] = [
    [{ auth: {} }, "UNAUTHENTICATED"],
    [{ auth: { token: "wrong" } }, "UNAUTHENTICATED"],
    [{ auth: { token: { $ne: 1 } } }, "UNAUTHENTICATED"],
    [{ auth: { token: ownerToken }, extraHeaders: { cookie } }, "websocket error"],
    [{ auth: { token: ownerToken }, extraHeaders: { origin } }, "websocket error"],
    [{ auth: { token: ownerToken }, extraHeaders: { origin: "http://evil.com" } }, "websocket error"],
  ];
  for (const [options, code] of bad)
    expect([options, await refusalOf(open(hinted, { ...options, reconnection: false }))]).toEqual([
      options,
      expect.objectContaining({ code }),
    ]);
});

test("S-30: a message over 64 KiB, or too many of them, ends the socket", async () => {
  const large = open(hinted, { reconnection: false });
  await once(large as never, "connect");
  large.emit("unsubscribe", { projectId: "x".repeat(70_000) });
  await once(large as never, "disconnect");
  const eager = open(hinted, { reconnection: false });
  await once(eager as never, "connect");
  for (let n = 0; n < 300; n++) eager.emit("unsubscribe", {});
  await once(eager as never, "disconnect");
});

test("S-32: live sockets end within two seconds of their credential, the others stay", async () => {
  const [api, browser] = [await newApiToken(), await signedIn()];
  const stays = open(hinted);
  const byToken = open(hinted, { auth: { token: api.token } });
  const byCookie = open(hinted, { auth: {}, extraHeaders: { ...browser, origin: `http://127.0.0.1:${hinted.port}` } });
  await Promise.all([stays, byToken, byCookie].map((client) => once(client as never, "connect")));
  const began = performance.now();
  await db().apiToken.deleteMany({ where: { kind: { in: ["API", "BROWSER"] } } });
  const reasons = await Promise.all([byToken, byCookie].map((client) => once(client as never, "disconnect")));
  expect(performance.now() - began).toBeLessThan(2000);
  for (const [reason] of reasons) expect(reason).toBe("io server disconnect");
  expect(stays.connected).toBe(true);
});

test("a server that stops cuts its sockets at once; they come back to the next one where they were", async () => {
  const project = await newProject();
  const first = await startWebServer({ gateway: createGateway({ pollMs: 50, listen: silence }) });
  const client = open(first);
  const heard = listenTo(client);
  client.on("connect", () => client.emit("subscribe", { projectId: project.id, after: heard.events.at(-1)?.seq ?? 0 }));
  await heard.reached(1);
  const cut = once(client as never, "disconnect");
  await first.web.stop(0);
  expect((await cut)[0]).toMatch(/^transport/);
  await write(project.id, 4);
  const second = await startWebServer({ gateway: createGateway({ pollMs: 50, listen: silence }) });
  (client.io as unknown as { uri: string }).uri = `http://127.0.0.1:${second.port}`;
  await heard.reached(5);
  expect(seqsOf(heard.events)).toEqual(dense(1, 5));
  client.disconnect();
  await second.web.stop(0);
});
