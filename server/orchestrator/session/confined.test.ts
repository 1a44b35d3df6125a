import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(process.env, { RUNBOARD_GRACE_MS: "500", RUNBOARD_POLL_MS: "100" }));

import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { call, provideTestDatabase } from "@/lib/testing/world.ts";
import { callbackSocket } from "../../callback-socket.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { machinesFor } from "../../sandbox/bwrap/bwrap-testing.ts";
import { livingByWay, wayOutScript, waysOut } from "../../sandbox/conformance/ways-out.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { findSandboxes } from "../../sandbox/registry.ts";
import { answerApi } from "../../web/answer-api.ts";
import { startWebServer } from "../../web/testing.ts";
import {
  ended,
  kill,
  leftOf,
  projectOn,
  queueScript,
  type RunningOrchestrator,
  sessionsOf,
  startOrchestrator,
} from "../testing.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });
provideTestDatabase();
const bed = createGitTestbed("confined");
const shared = mkdtempSync(join(tmpdir(), "runboard-confined-"));
const [here] = await machinesFor(shared);
const running: RunningOrchestrator[] = [];

// Whoever runs the tests wants processes; these ask for what a project gets by itself.
beforeEach(() => void Object.assign(env, { RUNBOARD_SANDBOX: undefined }));
afterEach(async () => {
  for (const orchestrator of running.splice(0)) await orchestrator.stop();
});
afterAll(() => {
  bed.remove();
  rmSync(shared, { recursive: true, force: true });
});

async function start(...arrange: Parameters<typeof startOrchestrator>): Promise<RunningOrchestrator> {
  const orchestrator = await startOrchestrator(...arrange);
  running.push(orchestrator);
  return orchestrator;
}
const logOf = async (sessionId: string) => {
  const chunks = await db().logChunk.findMany({ where: { sessionId }, orderBy: { offset: "asc" } });
  return Buffer.concat(chunks.map(({ bytes }) => bytes)).toString();
};
const runningSession = (taskId: string) =>
  eventually(async () => {
    const [row] = await sessionsOf(taskId);
    return row?.status === "RUNNING" && row;
  }, 30_000);

describe.skipIf(!here?.isHere)("a confined session", () => {
  it("is what a project gets by itself, beside one that wants processes; session, sandbox and worker name the provider", async () => {
    const { services } = await start();
    const look = `if [ -e ${home.hostId} ]; then echo seen; else echo hidden; fi; echo work > work.txt`;
    const [alone, open] = [
      await projectOn(bed.repository()),
      await projectOn(bed.repository(), { sandbox: "process" }),
    ];
    const [confined, process] = [await queueScript(alone.id, look), await queueScript(open.id, look)];
    for (const [taskId, provider, said] of [
      [confined, "bwrap", "hidden\n"],
      [process, "process", "seen\n"],
    ] as const) {
      expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 1 });
      const [session] = await sessionsOf(taskId);
      expect(session).toMatchObject({ sandboxProvider: provider, sandbox: { provider } });
      expect(await logOf(session!.id)).toBe(said);
      await eventually(async () => (await leftOf(taskId)).length === 0);
    }
    const worker = await db().worker.findUniqueOrThrow({ where: { id: services.worker.id } });
    expect(worker.sandboxes).toEqual([
      { name: "bwrap", isIsolated: true, isUsable: true, problem: null },
      { name: "process", isIsolated: false, isUsable: true, problem: null },
    ]);
  });

  it("reports to Runboard with its token through its own loopback", async () => {
    const { port, web } = await startWebServer({ handleApi: answerApi });
    await web.listenToSandboxes(callbackSocket);
    Object.assign(env, { PORT: port });
    await start();
    const heartbeat = `const { RUNBOARD_URL, RUNBOARD_SANDBOX_ID, RUNBOARD_SANDBOX_TOKEN } = process.env;
      const headers = { authorization: "Bearer " + RUNBOARD_SANDBOX_TOKEN, "content-type": "application/json" };
      const ask = (path) => fetch(RUNBOARD_URL + path, { method: "POST", headers, body: "{}" }).then(({ status }) => console.log(status));
      await ask("/api/v1/sandboxes/" + RUNBOARD_SANDBOX_ID + "/heartbeat"); await ask("/api/v1/projects");`;
    const project = await projectOn(bed.repository());
    const taskId = await queueScript(project.id, `node --input-type=module -e '${heartbeat}'`);
    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED" });
    const [session] = await sessionsOf(taskId);
    expect(await logOf(session!.id)).toBe("200\n403\n");
    await web.stop(0);
  });

  it.each(["started, and nobody was told", "recorded as running"])(
    "outlives an orchestrator that dies (%s), is adopted, and its provider is known",
    async (point) => {
      const project = await projectOn(bed.repository());
      const taskId = await queueScript(
        project.id,
        "echo run; while [ ! -e /tmp/may-end ]; do sleep 0.02; done; echo said; echo work > work.txt",
      );
      let isReached = false;
      const first = await start((services) => {
        const { launch } = services.sandbox;
        services.sandbox.launch = async (plan) => {
          const launched = await launch(plan);
          isReached = true;
          return point === "recorded as running" ? launched : new Promise(() => {});
        };
      });
      await eventually(() => isReached, 30_000);
      if (point === "recorded as running") await runningSession(taskId);
      await kill(first);
      const second = await start();
      await eventually(() => second.services.held.size === 1);
      const session = await runningSession(taskId);
      expect(session).toMatchObject({ sandboxProvider: "bwrap", sandbox: { provider: "bwrap" } });
      writeFileSync(join(home.sessions, session.id, "tmp", "may-end"), "");
      expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 1, failures: 0, losses: 0 });
      expect(await logOf(session.id)).toBe("run\nsaid\n");
      await eventually(async () => (await leftOf(taskId)).length === 0, 30_000);
    },
  );

  it("leaves no process when it is cancelled, whatever it started", async () => {
    await start();
    const word = `confined-${process.pid}-${Date.now()}-`;
    const project = await projectOn(bed.repository());
    const taskId = await queueScript(project.id, wayOutScript(word, waysOut, "sleep 1000; :"));
    const { id } = await runningSession(taskId);
    await eventually(() => Object.keys(waysOut).every((way) => livingByWay(word).has(way)));
    await call("task", "cancel", { taskId });
    await eventually(async () => (await leftOf(taskId)).length === 0, 30_000);
    expect([...livingByWay(word).keys()]).toEqual([]);
    await eventually(() => !existsSync(join(home.sessions, id)));
  });
});

it("where bubblewrap cannot be used a project that names it fails at once and says why; others run as processes", async () => {
  await start(async (services) => {
    const { spawner } = services;
    const places = { home: env.RUNBOARD_HOME, directory: shared, callback: null };
    const path = join(shared, "bin");
    mkdirSync(path);
    symlinkSync("/bin/sh", join(path, "sh"));
    services.sandboxes = await findSandboxes({ spawner, path, ...places });
    services.sandbox = services.sandboxes.choose("process");
  });
  const [wanting, auto] = [await projectOn(bed.repository(), { sandbox: "bwrap" }), await projectOn(bed.repository())];
  const [refused, other] = [await queueScript(wanting.id, "echo ran"), await queueScript(auto.id, "exit 0")];
  expect(await ended(refused)).toMatchObject({ status: "FAILED", attempts: 1 });
  const [session] = await sessionsOf(refused);
  expect(session).toMatchObject({ status: "FAILED", reason: "SANDBOX_UNAVAILABLE" });
  expect(session!.message).toMatch(/bwrap cannot be used on this machine\. bubblewrap is not installed/);
  expect(await ended(other)).toMatchObject({ status: "COMPLETED" });
  expect((await sessionsOf(other))[0]).toMatchObject({ sandboxProvider: "process", sandbox: { provider: "process" } });
});
