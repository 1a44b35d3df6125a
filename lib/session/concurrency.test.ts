import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { configSchema } from "@/lib/config/schema.ts";
import { db, inTransaction } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { appendOutput } from "@/lib/session/log.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { brokenInvariants, earlyClaims, snapshot } from "@/lib/testing/invariants.ts";
import { call, newProject, newWorker, pieceOf, provideTestDatabase, quiet, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();
beforeEach(quiet);

const jitter = () => sleep(Math.random() * 4);
const sessionLimit = 6;

/** Layers of tasks, each waiting for some of the layer before. */
const graph = (layers: number, width: number) =>
  Array.from({ length: layers * width }, (_, n) => ({
    ref: `${n}`,
    title: `task ${n}`,
    status: "APPROVED",
    spec: { command: "true" },
    maxAttempts: 20,
    dependsOn:
      n < width
        ? []
        : [...new Set([0, 1, 3].map((step) => `${(Math.floor(n / width) - 1) * width + ((n + step) % width)}`))],
  }));

describe("several workers and many people at once on one project", () => {
  it("finish every task, break no limit, claim nothing twice or early, and leave a dense journal", {
    timeout: 60_000,
  }, async () => {
    const project = await newProject();
    await call("project", "update", { projectId: project.id, settings: { maxConcurrentSessions: sessionLimit } });
    const { items } = await call<{ items: { id: string }[] }>("task", "createBatch", {
      projectId: project.id,
      tasks: graph(6, 8),
    });
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    const ids = items.map(({ id }) => id);
    const waitsFor = new Map<string, string[]>(ids.map((id) => [id, []]));
    for (const edge of await db().dependency.findMany({ where: { projectId: project.id } }))
      waitsFor.get(edge.taskId)!.push(edge.dependsOnId);

    let isDone = false;
    const claimed: string[] = [];
    const work = async (maxConcurrent: number) => {
      const worker = await newWorker(maxConcurrent);
      let live: Claim[] = [];
      while (!isDone) {
        await jitter();
        const ending = live.filter(() => Math.random() < 0.7);
        const reports = ending.map((claim) =>
          reportOf(
            claim,
            Math.random() < 0.15
              ? { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1, delayMs: 1 }
              : {},
          ),
        );
        const { answers, claims } = await worker.step(reports);
        expect(answers.every(({ accepted }) => accepted)).toBe(true);
        live = [...live.filter((claim) => !ending.includes(claim)), ...claims];
        expect(live.length).toBeLessThanOrEqual(maxConcurrent);
        claimed.push(...claims.map(({ taskId, attempt }) => `${taskId} ${attempt}`));
      }
    };
    const watch = async () => {
      while (!isDone) {
        const [row] = await db().$queryRaw<[{ live: number; done: number }]>`SELECT
          (SELECT count(*)::int FROM "Session" WHERE "projectId" = ${project.id}::uuid AND status IN ('STARTING', 'RUNNING')) AS live,
          (SELECT count(*)::int FROM "Task" WHERE "projectId" = ${project.id}::uuid AND status = 'COMPLETED') AS done`;
        expect(row.live).toBeLessThanOrEqual(sessionLimit);
        if (row.done >= ids.length) isDone = true;
        await jitter();
      }
    };
    const bother = async () => {
      while (!isDone) {
        await jitter();
        const taskId = ids[Math.floor(Math.random() * ids.length)]!;
        const calls = [
          () => call("task", "queue", { taskId }),
          () => call("task", "unqueue", { taskId }),
          () => call("task", "get", { taskId }),
          () => call("task", "explain", { taskId }),
          () => call("queue", "status", {}),
          () => call("project", "setAutonomousExecution", { projectId: project.id, enabled: Math.random() < 0.8 }),
          () => call("chat", "post", { projectId: project.id, text: "/status" }),
        ];
        await calls[Math.floor(Math.random() * calls.length)]!().catch((thrown: unknown) => {
          if (!(thrown instanceof DomainError) || !["ILLEGAL_TRANSITION", "TASK_BLOCKED"].includes(thrown.code))
            throw thrown;
        });
      }
      await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    };
    const all = [work(4), work(2), work(3), watch(), bother(), bother(), bother()];
    await Promise.all(
      all.map((one) =>
        one.finally(() => {
          isDone = true;
        }),
      ),
    );

    const found = await snapshot(project.id);
    expect(brokenInvariants(found)).toEqual([]);
    expect(earlyClaims(found.events, waitsFor)).toEqual([]);
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(found.tasks.filter(({ status }) => status !== "COMPLETED")).toEqual([]);
    expect(found.events.filter(({ type }) => type === "TASK_COMPLETED")).toHaveLength(ids.length);
  });

  it("never claim one task for two workers that ask at the same moment", async () => {
    const project = await newProject();
    await call("project", "update", { projectId: project.id, settings: { maxConcurrentSessions: 7 } });
    await call("task", "createBatch", { projectId: project.id, tasks: graph(1, 20) });
    await call("project", "startProcessing", { projectId: project.id });
    const workers = await Promise.all(Array.from({ length: 8 }, () => newWorker(3)));
    for (let round = 0; round < 3; round++) {
      const turns = await Promise.all(workers.map((worker) => worker.step()));
      const claims = turns.flatMap((turn) => turn.claims);
      expect(new Set(claims.map(({ taskId }) => taskId)).size).toBe(claims.length);
    }
    const found = await snapshot(project.id);
    expect(brokenInvariants(found)).toEqual([]);
    expect(found.sessions).toHaveLength(7);
  });

  it("append output while its sessions end: no deadlock, every byte once", { timeout: 60_000 }, async () => {
    const project = await newProject();
    await call("project", "update", { projectId: project.id, settings: { maxConcurrentSessions: 20 } });
    await call("task", "createBatch", { projectId: project.id, tasks: graph(1, 20) });
    await call("project", "startProcessing", { projectId: project.id });
    const worker = await newWorker();
    const { claims } = await worker.step();
    const shipped = async () => {
      for (let offset = 0; offset < 40; offset += 2) {
        const pieces = claims.map(({ sessionId }) => pieceOf(sessionId, offset, "a\n"));
        await inTransaction((tx) => appendOutput(tx, pieces, configSchema.parse({})));
      }
    };
    const ended = async () => {
      for (const claim of [...claims].reverse()) await worker.step([reportOf(claim)], 0);
    };
    await Promise.all([shipped(), ended()]);
    const sessions = await db().session.findMany({ where: { projectId: project.id } });
    expect(sessions.map(({ logBytes, status }) => [Number(logBytes), status])).toEqual(
      sessions.map(() => [40, "SUCCEEDED"]),
    );
  });
});
