import { beforeEach, describe, expect, it } from "vitest";
import { db, inTransaction } from "@/lib/db.ts";
import type { OrchestratorUsage } from "@/lib/resource/contract.ts";
import type { Reason } from "@/lib/task/schema.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  reportOf,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();

const gib = 1024 ** 3;
const configure = (values: object) => call("config", "update", { values });
const whyOf = async (taskId: string) => (await call<{ reasons: Reason[] }>("task", "explain", { taskId })).reasons;
const usage = async () => (await call<{ orchestrators: OrchestratorUsage[] }>("resource", "usage", {})).orchestrators;

let projectId: string;
let worker: TestWorker;
beforeEach(async () => {
  await configure({ maxConcurrentPerUser: null, maxConcurrentPerAgentType: {} });
  await db().agentPause.deleteMany();
  await quiet();
  projectId = (await newProject()).id;
  await call("project", "update", { projectId, settings: { maxConcurrentSessions: 64 } });
  worker = await newWorker();
});

async function queued(task: object = {}): Promise<string> {
  const { id } = await newTask(projectId, task);
  await call("task", "queue", { taskId: id });
  return id;
}

/** As if another person had queued it. */
const asOf = (user: string, taskId: string) =>
  db().$executeRaw`UPDATE "Task" SET "requestedBy" = ${user} WHERE id = ${taskId}::uuid`;

const claimed = async (slots?: number) => (await worker.step([], slots)).claims.map(({ taskId }) => taskId);
const provide = (data: { cpus?: number; memoryBytes?: number; diskFreeBytes?: number }) =>
  db().worker.update({ where: { id: worker.id }, data });

describe("the limit per user", () => {
  it("passes over who has enough, in the same turn too, and lets others by", async () => {
    await configure({ maxConcurrentPerUser: 2 });
    const mine = [await queued(), await queued(), await queued()];
    const theirs = await queued();
    await asOf("somebody", theirs);
    expect(await claimed()).toEqual([mine[0], mine[1], theirs]);
    expect(await claimed()).toEqual([]);
    expect((await whyOf(mine[2]!))[0]).toMatchObject({ code: "CAPACITY", limit: 2 });
  });

  it("gives the last place to who is first in line, though it is behind a full one of its project", async () => {
    const other = (await newProject()).id;
    await configure({ maxConcurrentPerUser: 1 });
    await call("project", "update", { projectId, settings: { maxConcurrentSessions: 1 } });
    const inOther = async (user: string) => {
      const { id } = await newTask(other);
      await call("task", "queue", { taskId: id });
      await asOf(user, id);
      return id;
    };
    const first = await inOther("ann");
    const behind = [await queued(), await queued()];
    await asOf("ann", behind[0]!);
    await asOf("bob", behind[1]!);
    await inOther("bob");
    expect(await claimed()).toEqual([first, behind[1]]);
  });

  it("counts what the system queued for who created the task", async () => {
    await configure({ maxConcurrentPerUser: 1 });
    const ids = [(await newTask(projectId)).id, (await newTask(projectId)).id];
    await call("project", "setAutonomousExecution", { projectId, enabled: true });
    expect(await claimed()).toEqual([ids[0]]);
    const session = await db().session.findFirstOrThrow({ where: { taskId: ids[0]! } });
    const task = await call("task", "get", { taskId: ids[0]! });
    expect(session.requestedBy).toBe(task.createdBy.id);
  });
});

describe("the limit per type of agent", () => {
  const prompt = { type: "codex", spec: { prompt: "x" } };

  it("holds over projects and orchestrators", async () => {
    await configure({ maxConcurrentPerAgentType: { codex: 1 } });
    const ids = [await queued(prompt), await queued(prompt), await queued()];
    expect(await claimed()).toEqual([ids[0], ids[2]]);
    const other = await newWorker();
    expect((await other.step()).claims).toEqual([]);
    expect((await whyOf(ids[1]!)).map(({ code }) => code)).toEqual(["CAPACITY", "QUEUE_POSITION"]);
  });

  it("of zero keeps a type from running at all", async () => {
    await configure({ maxConcurrentPerAgentType: { codex: 0 } });
    await queued(prompt);
    expect(await claimed()).toEqual([]);
  });

  it("is never exceeded by orchestrators that claim in different projects at the same moment", async () => {
    await configure({ maxConcurrentPerAgentType: { cli: 3 } });
    const workers = [worker, ...(await Promise.all([1, 2, 3].map(() => newWorker())))];
    for (let n = 0; n < 4; n++) {
      projectId = (await newProject()).id;
      for (let k = 0; k < 4; k++) await queued();
    }
    for (let round = 0; round < 5; round++) {
      const results = await Promise.all(workers.map((one) => one.step()));
      const live = await db().session.count({ where: { status: { in: ["STARTING", "RUNNING"] } } });
      expect(live).toBeLessThanOrEqual(3);
      await Promise.all(
        results.map(({ claims }, n) =>
          workers[n]!.step(
            claims.map((claim) => reportOf(claim)),
            0,
          ),
        ),
      );
    }
    expect(await db().task.count({ where: { status: "COMPLETED", project: { archivedAt: null } } })).toBe(15);
  });
});

describe("a provider that asked to wait", () => {
  it("pauses its type until the time it named, and only that", async () => {
    const ids = [await queued({ type: "codex", spec: { prompt: "x" } }), await queued()];
    const { claims } = await worker.step([], 1);
    const limited = {
      taskVerb: "retry",
      sessionVerb: "fail",
      reason: "RATE_LIMITED",
      delayMs: 0,
      pauseMs: 3_600_000,
    } as const;
    const { claims: next } = await worker.step([reportOf(claims[0]!, limited)]);
    expect(next.map(({ taskId }) => taskId)).toEqual([ids[1]]);
    const until = (await db().agentPause.findFirstOrThrow()).until.toISOString();
    expect(Math.abs(Date.parse(until) - Date.now() - 3_600_000)).toBeLessThan(30_000);
    expect((await whyOf(ids[0]!))[0]).toMatchObject({ code: "RATE_LIMIT", until });
    expect((await eventsOf(projectId)).filter(({ type }) => type === "AGENT_PAUSED")).toMatchObject([
      { payload: { agent: "codex", until, reason: "RATE_LIMITED" } },
    ]);
    await db().agentPause.updateMany({ data: { until: new Date(0) } });
    expect(await claimed()).toEqual([ids[0]]);
  });
});

describe("resources", () => {
  it("are given out up to what the orchestrator has, and come back with the sandbox's end", async () => {
    await provide({ memoryBytes: 8 * gib, cpus: 4 });
    const ask = { resources: { memoryBytes: 3 * gib } };
    const ids = [await queued(ask), await queued(ask), await queued(ask)];
    const { claims } = await worker.step();
    expect(claims.map(({ taskId, memoryBytes }) => [taskId, memoryBytes])).toEqual(
      ids.slice(0, 2).map((id) => [id, 3 * gib]),
    );
    expect(await usage()).toMatchObject([{ memoryBytes: { allocated: 6 * gib, limit: 8 * gib }, slots: { used: 2 } }]);
    expect((await whyOf(ids[2]!))[0]).toMatchObject({
      code: "RESOURCE",
      message: "Waits for memory: 6.0 GiB of 8.0 GiB are given out, it asks for 3.0 GiB.",
    });
    // The session has ended, its processes have not: the memory is still theirs.
    await worker.step([reportOf(claims[0]!, { terminated: false })]);
    expect(await claimed()).toEqual([]);
    const gone = {
      sandboxId: claims[0]!.sandboxId,
      taskId: claims[0]!.taskId,
      terminated: true,
      actor: reportOf(claims[0]!).actor,
    };
    expect((await worker.step([gone])).claims.map(({ taskId }) => taskId)).toEqual([ids[2]]);
  });

  it("tell once that one is exhausted: which, how much, by whom, for whom", async () => {
    await provide({ cpus: 4 });
    await queued({ resources: { cpus: 3 } });
    const waiting = await queued({ resources: { cpus: 2 } });
    const { claims } = await worker.step();
    for (let n = 0; n < 3; n++) await worker.step();
    const told = (await eventsOf(projectId)).filter(({ type }) => type === "RESOURCE_EXHAUSTED");
    expect(told).toMatchObject([
      {
        entityId: waiting,
        payload: { resource: "cpu", usage: 3, limit: 4, asked: 2, sessionIds: [claims[0]!.sessionId] },
      },
    ]);
  });

  it("are noted without waiting for the renewal of the lease, which may wait for this turn; what could not be is told by the next", async () => {
    await provide({ cpus: 4 });
    await queued({ resources: { cpus: 3 } });
    const { claims } = await worker.step();
    await queued({ resources: { cpus: 2 } });
    const told = async () => (await eventsOf(projectId)).filter(({ type }) => type === "RESOURCE_EXHAUSTED").length;
    await inTransaction(async (tx) => {
      await tx.$executeRaw`UPDATE "Worker" SET "leaseUntil" = "leaseUntil" WHERE id = ${worker.id}::uuid`;
      await worker.step([{ ...reportOf(claims[0]!), workerId: "00000000-0000-7000-8000-000000000001" }]);
      expect(await told()).toBe(0);
    });
    await worker.step();
    await worker.step();
    expect(await told()).toBe(1);
  });

  it("are kept for a big task that is first in line: small ones behind it do not starve it", async () => {
    await provide({ memoryBytes: 8 * gib });
    const small = { resources: { memoryBytes: gib } };
    await queued({ resources: { memoryBytes: 4 * gib } });
    const { claims } = await worker.step();
    const big = await queued({ resources: { memoryBytes: 6 * gib } });
    const behind = await queued(small);
    const askingNothing = await queued();
    expect(await claimed()).toEqual([askingNothing]);
    expect((await worker.step([reportOf(claims[0]!)])).claims.map(({ taskId }) => taskId)).toEqual([big, behind]);
  });

  it("that no orchestrator has hold up nobody else, and the card says so", async () => {
    await provide({ memoryBytes: 8 * gib });
    const never = await queued({ resources: { memoryBytes: 64 * gib } });
    const other = await queued({ resources: { memoryBytes: 2 * gib } });
    expect(await claimed()).toEqual([other]);
    expect((await whyOf(never))[0]?.message).toBe(
      "Asks for 64.0 GiB of memory; no orchestrator has more than 8.0 GiB.",
    );
  });

  it("are the project's where a task says nothing", async () => {
    await call("project", "update", { projectId, settings: { sessionCpus: 2 } });
    await provide({ cpus: 3 });
    const ids = [await queued(), await queued(), await queued({ resources: { cpus: 1 } })];
    const { claims } = await worker.step();
    expect(claims.map(({ taskId, cpus }) => [taskId, cpus])).toEqual([[ids[0], 2]]);
  });

  it("of an orchestrator that pauses are nobody's", async () => {
    const id = await queued();
    await db().worker.update({ where: { id: worker.id }, data: { pausedReason: "DISK" } });
    expect(await claimed()).toEqual([]);
    expect((await whyOf(id))[0]).toMatchObject({ code: "RESOURCE" });
  });
});

describe("how long a task has waited", () => {
  const since = async (taskId: string) => (await call("task", "get", { taskId })).waitingSince;

  it("counts from when it could start, not from when it was made", async () => {
    const first = await newTask(projectId);
    const second = await newTask(projectId, { dependsOn: [first.id] });
    const draft = await newTask(projectId, { status: "DRAFT" });
    expect(await since(first.id)).not.toBeNull();
    expect(await since(second.id)).toBeNull();
    expect(await since(draft.id)).toBeNull();
    const before = new Date().toISOString();
    await call("task", "complete", { taskId: first.id });
    expect((await since(second.id))! >= before).toBe(true);
    expect(await since(first.id)).toBeNull();
  });

  it("begins anew with each status, and a retry waits from its due time", async () => {
    const id = await queued();
    const { claims } = await worker.step();
    expect(await since(id)).toBeNull();
    const retry = {
      taskVerb: "retry",
      sessionVerb: "fail",
      reason: "EXIT_CODE",
      failures: 1,
      delayMs: 60_000,
    } as const;
    await worker.step([reportOf(claims[0]!, retry)]);
    const task = await call("task", "get", { taskId: id });
    expect(task.waitingSince).toBe(task.availableAt);
  });
});
