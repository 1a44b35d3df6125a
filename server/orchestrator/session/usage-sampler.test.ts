import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { createFakeSandbox } from "../../sandbox/fake-sandbox.ts";
import type { Means } from "../../sandbox/means.ts";
import { type HeldSession, holdSession } from "./held-session.ts";
import { createUsageSampler, type UsageSampler } from "./usage-sampler.ts";

provideTestDatabase();
const root = mkdtempSync(join(tmpdir(), "runboard-sampler-"));
const sandbox = createFakeSandbox();
const paces = { sampleMs: 30, memoryMs: 10, diskMs: 10 };
const mib = 1024 ** 2;
let sampler: UsageSampler;
afterEach(() => sampler.close());
afterAll(() => rmSync(root, { recursive: true }));

async function newSession(given: Partial<HeldSession["plan"]> = {}, means: Partial<Means> = {}): Promise<HeldSession> {
  const { id: projectId } = await newProject();
  const task = await newTask(projectId);
  await call("task", "queue", { taskId: task.id });
  const { claims } = await (await newWorker()).step();
  const session = holdSession({ ...claims.find(({ taskId }) => taskId === task.id)!, ...given });
  session.means = { tree: "cgroup-v2", memory: "cgroup-v2", cpu: "none", ...means };
  return session;
}

const rowOf = ({ plan }: HeldSession) => db().session.findUniqueOrThrow({ where: { id: plan.sessionId } });
const usageOf = async (session: HeldSession) => (await rowOf(session)).usage as Record<string, number | string | null>;
const nothing = () => {
  throw new Error("Nothing was exceeded.");
};

it("writes what sessions use; the most that was seen and the time that was counted never go back", async () => {
  sampler = createUsageSampler(sandbox, paces);
  const session = await newSession();
  const { sessionId } = session.plan;
  sandbox.use(sessionId, { cpuMs: 500, memoryBytes: 80 * mib, processes: 3 });
  sampler.follow(session, nothing);
  await eventually(async () => (await usageOf(session)).memoryBytes === 80 * mib);
  sandbox.use(sessionId, { cpuMs: 400, memoryBytes: 10 * mib, processes: 1 });
  await eventually(async () => (await usageOf(session)).memoryBytes === 10 * mib);
  const usage = await usageOf(session);
  expect(usage).toMatchObject({ cpuMs: 500, cpus: 0, memoryMaxBytes: 80 * mib, processes: 1 });
  expect(Date.parse(String(usage.sampledAt))).toBeGreaterThan(Date.now() - 5_000);
});

it("a quiet session that computes is active, one that does nothing is not", async () => {
  sampler = createUsageSampler(sandbox, paces);
  const [busy, hung] = [await newSession(), await newSession()];
  const [busyBefore, hungBefore] = [await rowOf(busy), await rowOf(hung)];
  let cpuMs = 0;
  for (const session of [busy, hung]) sampler.follow(session, nothing);
  await eventually(async () => {
    cpuMs += 20;
    sandbox.use(busy.plan.sessionId, { cpuMs, memoryBytes: 1, processes: 1 });
    return (await rowOf(busy)).activeAt > busyBefore.activeAt && (await usageOf(hung)).cpus === 0;
  });
  expect((await rowOf(hung)).activeAt).toEqual(hungBefore.activeAt);
});

it("what is used at the very end is written although the session is forgotten", async () => {
  sampler = createUsageSampler(sandbox, paces);
  const session = await newSession();
  sampler.follow(session, nothing);
  sandbox.use(session.plan.sessionId, { cpuMs: 1234, memoryBytes: 0, processes: 0 });
  sampler.forget(session);
  await eventually(async () => (await usageOf(session)).cpuMs === 1234);
});

it("memory above the limit ends a session only where nothing better enforces it", async () => {
  sampler = createUsageSampler(sandbox, paces);
  const heard: Record<string, string> = {};
  const watched = await newSession({ memoryBytes: 64 * mib }, { tree: "subreaper", memory: "watchdog" });
  const limited = await newSession({ memoryBytes: 64 * mib });
  const free = await newSession();
  for (const [name, session] of Object.entries({ watched, limited, free })) {
    sandbox.use(session.plan.sessionId, { cpuMs: 0, memoryBytes: 65 * mib, processes: 1 });
    sampler.follow(session, (message) => {
      heard[name] = message;
    });
  }
  await eventually(() => heard.watched);
  await eventually(async () => (await usageOf(free)).sampledAt);
  expect(heard).toEqual({ watched: "Memory: its processes used 65 MiB, its limit is 64 MiB. It was ended." });
});

it("a directory above the limit ends the session and says by how much", async () => {
  sampler = createUsageSampler(sandbox, paces);
  const full = Object.assign(await newSession({ diskBytes: mib }), { directory: join(root, "full") });
  const small = Object.assign(await newSession({ diskBytes: mib }), { directory: join(root, "small") });
  for (const { directory } of [full, small]) mkdirSync(directory);
  writeFileSync(join(full.directory, "big"), Buffer.alloc(2 * mib, 1));
  const message = await new Promise<string>((resolve) => {
    sampler.follow(small, nothing);
    sampler.follow(full, resolve);
  });
  expect(message).toBe("Disk: its directory held 2.0 MiB, its limit is 1.0 MiB. It was ended.");
});

it("a row that somebody is changing is left for the next time, and nobody waits", async () => {
  sampler = createUsageSampler(sandbox, paces);
  const [held, other] = [await newSession(), await newSession()];
  for (const session of [held, other]) {
    sandbox.use(session.plan.sessionId, { cpuMs: 7, memoryBytes: 7, processes: 7 });
    sampler.follow(session, nothing);
  }
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM "Session" WHERE id = ${held.plan.sessionId}::uuid FOR UPDATE`;
    await eventually(async () => (await usageOf(other)).processes === 7);
    expect(await usageOf(held)).toEqual({});
  });
  await eventually(async () => (await usageOf(held)).processes === 7);
});
