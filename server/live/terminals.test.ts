import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { owner } from "@/lib/actor.ts";
import { db, switchDatabase } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { issueTicket } from "@/lib/terminal/ticket.ts";
import { call, newProject, newTask, newWorker, refusal } from "@/lib/testing/world.ts";
import { createTestDatabase, type TestDatabase } from "../database/test-database.ts";
import { createGateway } from "../gateway.ts";
import { hostId } from "../home.ts";
import { startTerminalServer, type TerminalServer } from "../orchestrator/terminal/terminal-server.ts";
import { type TestViewer, viewTerminal } from "../orchestrator/terminal/testing.ts";
import { eventually } from "../sandbox/eventually.ts";
import type { Spawner } from "../sandbox/spawner/spawner.ts";
import { terminalAddress } from "../terminal-address.ts";
import { ownerToken, type Served, silence, startWebServer } from "../web/testing.ts";

let database: TestDatabase;
let served: Served;
const viewers: TestViewer[] = [];
const doors: (TerminalServer | Server)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await switchDatabase(database.url);
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
  hostId();
  served = await startWebServer({ gateway: createGateway({ pollMs: 100, listen: silence }) });
});
afterEach(async () => {
  for (const { socket } of viewers.splice(0)) socket.disconnect();
  for (const door of doors.splice(0)) await door.close();
});
afterAll(async () => {
  await served.web.stop(0);
  await db().$disconnect();
  await database.drop();
});

const size = { columns: 80, rows: 24 };

/** A session as an orchestrator has it that has recorded its terminal. */
async function newSession(type: "interactive" | "autonomous" = "interactive") {
  const project = await newProject();
  const { id: taskId } = await newTask(project.id);
  await call("session", "start", { taskId, type, queue: true });
  const worker = await newWorker();
  const { sessionId, sandboxId } = (await worker.step()).claims.find((claim) => claim.taskId === taskId)!;
  await db().sandbox.update({ where: { id: sandboxId }, data: { hostId: hostId() } });
  if (type === "interactive")
    await db().session.update({ where: { id: sessionId }, data: { terminalSocket: "/there/tty" } });
  return { sessionId, sandboxId, workerId: worker.id };
}

async function viewerOf(sessionId: string): Promise<TestViewer> {
  const viewer = await viewTerminal(served, sessionId);
  viewers.push(viewer);
  return viewer;
}

test("only the terminal of a live interactive session is opened, and only while its orchestrator is there", async () => {
  const [{ sessionId, sandboxId }, plain] = [await newSession(), await newSession("autonomous")];
  const viewer = await viewerOf(sessionId);
  expect(await viewer.ask("openTerminal", size)).toMatchObject({ ok: false, code: "UNAVAILABLE" });
  expect(await (await viewerOf(plain.sessionId)).ask("openTerminal", size)).toMatchObject({
    ok: false,
    code: "ILLEGAL_TRANSITION",
  });
  expect(await viewer.ask("openTerminal", { ...size, sessionId: crypto.randomUUID() })).toMatchObject({
    ok: false,
    code: "NOT_FOUND",
  });
  await db().sandbox.update({ where: { id: sandboxId }, data: { hostId: crypto.randomUUID() } });
  expect(await viewer.ask("openTerminal", size)).toMatchObject({
    ...{ ok: false, code: "FORBIDDEN" },
    message: expect.stringContaining("on another machine"),
  });
  await db().session.update({ where: { id: sessionId }, data: { status: "SUCCEEDED" } });
  expect(await viewer.ask("openTerminal", size)).toMatchObject({ ok: false, code: "ILLEGAL_TRANSITION" });
});

test("what is no command of a terminal is refused, and so is what is said to one that is not open", async () => {
  const { sessionId } = await newSession();
  const viewer = await viewerOf(sessionId);
  for (const wrong of [{}, { columns: 1, rows: 24 }, { columns: 80, rows: 10_000 }, { ...size, command: "sh" }])
    expect(await viewer.ask("openTerminal", wrong)).toMatchObject({ ok: false, code: "VALIDATION_FAILED" });
  expect(await viewer.ask("terminalInput", { data: "x".repeat(20_000) })).toMatchObject({ code: "VALIDATION_FAILED" });
  for (const name of ["terminalInput", "terminalResize", "takeTerminal", "releaseTerminal"])
    expect(
      await viewer.ask(name, name === "terminalInput" ? { data: "x" } : name === "terminalResize" ? size : {}),
    ).toMatchObject({ ok: false, code: "ILLEGAL_TRANSITION" });
  expect(await viewer.ask("closeTerminal")).toMatchObject({ ok: true });
});

test("a sandbox's token attaches to nothing", async () => {
  const { sessionId, sandboxId } = await newSession();
  const caller = { actor: { type: "session", id: sessionId, name: "it" }, sandboxId } as const;
  await refusal(call("session", "attach", { sessionId }, { caller }), "FORBIDDEN");
});

const door = (workerId: string) =>
  startTerminalServer({
    worker: { id: workerId, hostId: hostId(), maxConcurrent: 1 },
    spawner: {} as Spawner,
    held: new Map(),
  }).then((server) => {
    doors.push(server);
    return server;
  });

/** All that a caller of the orchestrator's door hears until it is let go. */
function knock(workerId: string, words: string): Promise<string> {
  return new Promise((resolve) => {
    const pipe = connect(terminalAddress(workerId), () => pipe.write(words));
    let heard = "";
    pipe.on("data", (chunk) => {
      heard += chunk;
    });
    pipe.on("error", () => {});
    pipe.on("close", () => resolve(heard));
  });
}

test("an orchestrator's door is private and opens to a good ticket alone, for sessions in its hands", async () => {
  const { sessionId, workerId } = await newSession();
  await door(workerId);
  expect(statSync(home.terminals).mode & 0o777).toBe(0o700);
  const open = (ticket: string) => `${JSON.stringify({ type: "open", ticket, ...size })}\n`;
  expect(await knock(workerId, open("guessed"))).toMatch(/"refused","code":"FORBIDDEN"/);
  const ticket = await issueTicket(db(), sessionId, owner.actor);
  expect(await knock(workerId, open(ticket))).toMatch(/"refused","code":"UNAVAILABLE"/);
  expect(await knock(workerId, open(ticket))).toMatch(/"refused","code":"FORBIDDEN"/);
  for (const noise of [
    "GET / HTTP/1.1\r\n\r\n",
    `${JSON.stringify({ type: "exec", command: "id" })}\n`,
    "x".repeat(300_000),
  ])
    expect(await knock(workerId, noise)).toBe("");
});

test("sockets of orchestrators that were killed are removed by the next one, others are left alone", async () => {
  const [dead, alive, next] = [
    "dead-orchestrator-000000000001",
    "live-orchestrator-000000000002",
    "next-orchestrator-000000000003",
  ];
  mkdirSync(home.terminals, { recursive: true, mode: 0o700 });
  writeFileSync(terminalAddress(dead), "");
  const other = createServer().listen(terminalAddress(alive));
  doors.push(other);
  await eventually(() => existsSync(terminalAddress(alive)));
  await door(next);
  expect([dead, alive, next].map((id) => existsSync(terminalAddress(id)))).toEqual([false, true, true]);
});
