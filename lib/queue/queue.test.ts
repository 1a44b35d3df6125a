import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import { owner } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import type { queueContract } from "@/lib/queue/contract.ts";
import { queue as queueAs } from "@/lib/task/moves.ts";
import type { Reason } from "@/lib/task/schema.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  refusal,
  reportOf,
} from "@/lib/testing/world.ts";
import { eventually } from "@/server/sandbox/eventually.ts";

provideTestDatabase();

type QueueStatus = z.infer<NonNullable<(typeof queueContract.status)["~orpc"]["outputSchema"]>>;

const status = (filter: object = {}) => call<QueueStatus>("queue", "status", filter);
const get = (taskId: string) => call("task", "get", { taskId });
const configure = (values: object) => call("config", "update", { values });
const queue = (taskId: string) => call("task", "queue", { taskId });
const whyOf = async (taskId: string) => (await call<{ reasons: Reason[] }>("task", "explain", { taskId })).reasons;

async function roomyProject(maxConcurrentSessions = 64) {
  const project = await newProject();
  return call<typeof project>("project", "update", { projectId: project.id, settings: { maxConcurrentSessions } });
}

async function queuedTask(projectId: string, priority = 2, waitedSeconds = 0) {
  const task = await newTask(projectId, { priority });
  await queue(task.id);
  await letWait(task.id, waitedSeconds);
  return task.id;
}

/** As if it had been queued so much earlier. */
const letWait = (taskId: string, seconds: number) => db().$executeRaw`
  UPDATE "Task" SET "queuedAt" = "queuedAt" - make_interval(secs => ${seconds}::float8), "queueRank" = "queueRank" - ${seconds}::float8
  WHERE id = ${taskId}::uuid`;

beforeEach(async () => {
  await configure({ maxQueueSize: 10_000, priorityAgeingSeconds: 300 });
  await quiet();
});

describe("the order of the queue", () => {
  it("is time queued minus priority × ageing, the same for the claim, the page and the explanation", {
    timeout: 60_000,
  }, async () => {
    const card = fc.record({ priority: fc.integer({ min: 0, max: 4 }), waited: fc.integer({ min: 0, max: 2000 }) });
    const worker = await newWorker(1000);
    await fc.assert(
      fc.asyncProperty(fc.array(card, { minLength: 3, maxLength: 8 }), async (cards) => {
        const [one, two] = [await roomyProject(), await roomyProject()];
        const queued: { id: string; rank: number }[] = [];
        for (const [index, { priority, waited }] of cards.entries()) {
          const id = await queuedTask((index % 2 ? one : two).id, priority, waited);
          queued.push({ id, rank: Date.parse((await get(id)).queuedAt!) / 1000 - priority * 300 });
        }
        const expected = [...queued].sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
        const page = await status();
        expect(page.items.map(({ taskId }) => taskId)).toEqual(expected);
        expect(page.items.map(({ position }) => position)).toEqual(expected.map((_, index) => index + 1));
        for (const [index, id] of expected.entries()) {
          expect((await whyOf(id)).at(-1)).toMatchObject({ code: "QUEUE_POSITION", position: index + 1 });
        }
        const { claims } = await worker.step();
        expect(claims.map(({ taskId }) => taskId)).toEqual(expected);
        await worker.step(claims.map((claim) => reportOf(claim)));
      }),
      { numRuns: 8 },
    );
  });

  it("lets a LOWEST task be first after four ageings, however many HIGHEST ones come", async () => {
    const project = await roomyProject();
    const worker = await newWorker();
    const patient = await queuedTask(project.id, 0);
    for (const waited of [0, 600, 1190, 1210]) {
      await db()
        .$executeRaw`UPDATE "Task" SET "queueRank" = extract(epoch FROM "queuedAt") WHERE id = ${patient}::uuid`;
      await letWait(patient, waited - (Date.now() - Date.parse((await get(patient)).queuedAt!)) / 1000);
      const urgent = await queuedTask(project.id, 4);
      const { claims } = await worker.step([], 1);
      expect(claims.map(({ taskId }) => taskId)).toEqual([waited > 1200 ? patient : urgent]);
      await worker.step(
        claims.map((claim) => reportOf(claim)),
        0,
      );
    }
  });

  it("follows a change of priority while queued, without losing the time waited", async () => {
    const project = await roomyProject();
    const [first, second] = [await queuedTask(project.id, 2, 10), await queuedTask(project.id, 2, 5)];
    const before = await get(second);
    const after = await call("task", "update", { taskId: second, version: before.version, priority: 3 });
    expect(after).toMatchObject({
      status: "QUEUED",
      priority: 3,
      queuedAt: before.queuedAt,
      version: before.version + 1,
    });
    expect((await status()).items.map(({ taskId }) => taskId)).toEqual([second, first]);
    expect((await eventsOf(project.id)).at(-1)).toMatchObject({
      type: "TASK_UPDATED",
      payload: { changed: ["priority"] },
    });
  });

  it("is only by arrival when ageing is nothing", async () => {
    await configure({ priorityAgeingSeconds: 0 });
    const project = await roomyProject();
    const ids = [await queuedTask(project.id, 0), await queuedTask(project.id, 4), await queuedTask(project.id, 2)];
    expect((await status()).items.map(({ taskId }) => taskId)).toEqual(ids);
  });
});

describe("the page of the queue", () => {
  it("shows one moment while tasks are claimed: every place from 1 on, once, and as many as wait", async () => {
    const project = await roomyProject();
    const worker = await newWorker(1000);
    for (let n = 0; n < 30; n++) await queuedTask(project.id);
    const seen: QueueStatus[] = [];
    let isClaiming = true;
    const claiming = (async () => {
      for (let read = 0, isMore = true; isMore; read = seen.length) {
        isMore = (await worker.step([], 1)).claims.length > 0;
        // Beside one look at least, however long it takes.
        if (isMore) await eventually(() => seen.length > read);
      }
      isClaiming = false;
    })();
    while (isClaiming) seen.push(await status());
    await claiming;
    for (const { items, depth } of seen) {
      expect(items.map(({ position }) => position)).toEqual(items.map((_, index) => index + 1));
      expect(items).toHaveLength(depth);
    }
    expect(new Set(seen.map(({ depth }) => depth)).size).toBeGreaterThan(1);
  });
});

describe("limits inside the claim", () => {
  it("hold for a project, and a full one does not hold up another", async () => {
    const [narrow, wide] = [await roomyProject(2), await roomyProject()];
    const worker = await newWorker();
    const inNarrow = [await queuedTask(narrow.id, 4), await queuedTask(narrow.id, 4), await queuedTask(narrow.id, 4)];
    const inWide = await queuedTask(wide.id, 0);
    const { claims } = await worker.step();
    expect(claims.map(({ taskId }) => taskId)).toEqual([...inNarrow.slice(0, 2), inWide]);
    expect((await whyOf(inNarrow[2]!)).map(({ code }) => code)).toEqual(["PROJECT_LIMIT", "QUEUE_POSITION"]);
    const next = await worker.step([reportOf(claims[0]!)]);
    expect(next.claims.map(({ taskId }) => taskId)).toEqual([inNarrow[2]]);
  });

  it("hold for a worker, and a second one brings its own slots", async () => {
    const project = await roomyProject();
    const [small, other] = [await newWorker(2), await newWorker(1)];
    const ids = [
      await queuedTask(project.id),
      await queuedTask(project.id),
      await queuedTask(project.id),
      await queuedTask(project.id),
    ];
    const first = await small.step();
    expect(first.claims.map(({ taskId }) => taskId)).toEqual(ids.slice(0, 2));
    expect((await small.step()).claims).toEqual([]);
    expect((await other.step()).claims.map(({ taskId }) => taskId)).toEqual([ids[2]]);
    expect((await whyOf(ids[3]!)).map(({ code }) => code)).toEqual(["CAPACITY", "QUEUE_POSITION"]);
    expect(await status()).toMatchObject({ running: 3, capacity: 3, depth: 1 });
    expect((await small.step([reportOf(first.claims[0]!)])).claims.map(({ taskId }) => taskId)).toEqual([ids[3]]);
  });

  it("take no more than the tickets a worker holds, and nothing for one whose lease is over", async () => {
    const project = await roomyProject();
    const [worker, late] = [await newWorker(), await newWorker(5, -1)];
    await queuedTask(project.id);
    await queuedTask(project.id);
    expect((await late.step()).claims).toEqual([]);
    expect((await worker.step([], 1)).claims).toHaveLength(1);
  });

  it("say NO_WORKER when nobody works", async () => {
    const project = await roomyProject();
    const id = await queuedTask(project.id);
    expect((await whyOf(id)).map(({ code }) => code)).toEqual(["NO_WORKER", "QUEUE_POSITION"]);
  });
});

describe("the bound of the queue", () => {
  it("refuses one more with QUEUE_FULL and changes nothing", async () => {
    const project = await roomyProject();
    await configure({ maxQueueSize: 2 });
    await queuedTask(project.id);
    await queuedTask(project.id);
    const third = await newTask(project.id);
    const events = await eventsOf(project.id);
    const refused = await refusal(queue(third.id), "QUEUE_FULL");
    expect([refused.status, refused.details]).toEqual([429, { limit: 2 }]);
    await refusal(call("task", "createAndStart", { projectId: project.id, title: "true" }), "QUEUE_FULL");
    await refusal(call("project", "startProcessing", { projectId: project.id }), "QUEUE_FULL");
    expect(await get(third.id)).toMatchObject({ status: "APPROVED", version: 1 });
    expect(await eventsOf(project.id)).toEqual(events);
    expect((await status()).depth).toBe(2);
  });

  it("is told by the card it keeps out, while the board acts by itself", async () => {
    const project = await roomyProject();
    await newWorker();
    await configure({ maxQueueSize: 2 });
    await queuedTask(project.id);
    const third = await newTask(project.id);
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    expect(await whyOf(third.id)).toEqual([]);
    await queuedTask(project.id);
    expect(await whyOf(third.id)).toMatchObject([
      { code: "CAPACITY", limit: 2, message: expect.stringMatching(/full/) },
    ]);
  });

  it("is exact over all projects: who queues beside somebody who has not committed yet waits, a turn goes on without", async () => {
    const [one, two, three] = [await roomyProject(), await roomyProject(), await roomyProject()];
    const worker = await newWorker();
    await configure({ maxQueueSize: 1 });
    const [first, second] = [await newTask(one.id), await newTask(two.id)];
    await newTask(three.id);
    await call("project", "setAutonomousExecution", { projectId: three.id, enabled: true });
    let beside: Promise<unknown> = Promise.resolve();
    await inJournaledTransaction(async (tx) => {
      await queueAs(tx, first.id, { actor: owner.actor });
      beside = refusal(queue(second.id), "QUEUE_FULL");
      await vi.waitFor(async () => {
        const waiting = await db().$queryRaw<unknown[]>`
          SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
        expect(waiting).toHaveLength(1);
      });
      expect((await worker.step([], 0)).answers).toEqual([]);
    });
    await beside;
    await worker.step([], 0);
    expect((await status()).depth).toBe(1);
  });

  it("is kept by autonomous mode and by Start Processing, which take what has room", async () => {
    const project = await roomyProject();
    const worker = await newWorker();
    await Promise.all(Array.from({ length: 5 }, () => newTask(project.id)));
    await configure({ maxQueueSize: 3 });
    expect(await call("project", "startProcessing", { projectId: project.id })).toMatchObject({
      queued: { length: 3 },
    });
    await call("queue", "clear", { projectId: project.id });
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    await worker.step([], 0);
    expect((await status()).depth).toBe(3);
    await worker.step([], 3);
    await worker.step([], 0);
    expect((await status()).depth).toBe(2);
  });

  it("lets in who waits longest for its priority, over all projects and within one", async () => {
    const [one, two] = [await roomyProject(), await roomyProject()];
    const worker = await newWorker();
    await configure({ maxQueueSize: 1 });
    const waited = async (projectId: string, priority: number, seconds: number) => {
      const { id } = await newTask(projectId, { priority });
      await db()
        .$executeRaw`UPDATE "Task" SET "waitingSince" = clock_timestamp() - make_interval(secs => ${seconds}::float8) WHERE id = ${id}::uuid`;
      return id;
    };
    const expected = [
      await waited(two.id, 0, 2000),
      await waited(one.id, 4, 700),
      await waited(two.id, 4, 100),
      await waited(one.id, 2, 500),
    ];
    for (const project of [one, two])
      await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    const order: string[] = [];
    for (let n = 0; n < expected.length; n++) {
      await worker.step([], 0);
      const { claims } = await worker.step([], 1);
      order.push(...claims.map(({ taskId }) => taskId));
      await worker.step(
        claims.map((claim) => reportOf(claim)),
        0,
      );
    }
    expect(order).toEqual(expected);
  });

  it("does not count retries that wait for their time, for people as for autonomous mode", async () => {
    const project = await roomyProject();
    const worker = await newWorker();
    await configure({ maxQueueSize: 1 });
    await queuedTask(project.id);
    const { claims } = await worker.step();
    const later = {
      taskVerb: "retry",
      sessionVerb: "fail",
      reason: "EXIT_CODE",
      failures: 1,
      delayMs: 60_000,
    } as const;
    await worker.step([reportOf(claims[0]!, later)], 0);
    const second = await newTask(project.id);
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    await worker.step([], 0);
    expect((await get(second.id)).status).toBe("QUEUED");
  });
});

describe("a task that waits for its time", () => {
  it("is not claimed before, is shown as NOT_DUE without a place, and is claimed after", async () => {
    const project = await roomyProject();
    const worker = await newWorker();
    const id = await queuedTask(project.id);
    const { claims } = await worker.step();
    await worker.step([
      reportOf(claims[0]!, {
        taskVerb: "retry",
        sessionVerb: "fail",
        reason: "EXIT_CODE",
        failures: 1,
        delayMs: 60_000,
      }),
    ]);
    const waiting = await get(id);
    expect(waiting).toMatchObject({ status: "QUEUED", why: { code: "NOT_DUE", until: waiting.availableAt } });
    expect((await worker.step()).claims).toEqual([]);
    expect((await status()).items).toMatchObject([{ taskId: id, position: null, why: { code: "NOT_DUE" } }]);
    await db().$executeRaw`UPDATE "Task" SET "availableAt" = clock_timestamp() WHERE id = ${id}::uuid`;
    expect((await worker.step()).claims).toMatchObject([{ taskId: id, attempt: 2 }]);
    expect(await get(id)).toMatchObject({ status: "RUNNING", availableAt: null, why: null });
  });
});

describe("clearing the queue", () => {
  it("returns what waits, of one project or type, to APPROVED and says whose it was", async () => {
    const [here, there] = [await roomyProject(), await roomyProject()];
    const mine = [await queuedTask(here.id, 1), await queuedTask(here.id, 3)];
    const theirs = await queuedTask(there.id);
    expect(await call("queue", "clear", { projectId: here.key, type: "codex" })).toEqual({ cleared: [] });
    expect(await call("queue", "clear", { projectId: here.key })).toEqual({ cleared: [mine[1], mine[0]] });
    expect((await status()).items.map(({ taskId }) => taskId)).toEqual([theirs]);
    expect((await eventsOf(here.id)).at(-1)).toMatchObject({
      type: "QUEUE_CLEARED",
      actor: { id: "owner" },
      payload: { taskIds: [mine[1], mine[0]] },
    });
    expect(await get(mine[0]!)).toMatchObject({ status: "APPROVED", statusReason: "QUEUE_CLEARED", queuedAt: null });
  });
});
