import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, quiet, reportOf } from "@/lib/testing/world.ts";
import { applyPatch } from "./patch.ts";

// The bounds of docs/decisions/0015 on the real engine, and that they are not met by an engine without what they rest on.

provideTestDatabase();
const timeout = 120_000;
const gib = 1024 ** 3;
const ageingSeconds = 100;
const configure = (values: object) => call("config", "update", { values });

beforeEach(async () => {
  await configure({ priorityAgeingSeconds: ageingSeconds, maxConcurrentPerUser: null, maxConcurrentPerAgentType: {} });
});

const isQueued = async (id: string) => (await db().task.findUniqueOrThrow({ where: { id } })).status === "QUEUED";

async function projectWith(settings: object): Promise<string> {
  const { id } = await newProject();
  await call("project", "update", { projectId: id, settings });
  return id;
}

async function queued(projectId: string, { user = "carl", ...task }: { user?: string; [field: string]: unknown } = {}) {
  const { id } = await newTask(projectId, task);
  await call("task", "queue", { taskId: id });
  await db().$executeRaw`UPDATE "Task" SET "requestedBy" = ${user} WHERE id = ${id}::uuid`;
  return id;
}

/** As if so much time went by: what waits has waited longer. */
const pass = (seconds: number) => db().$executeRaw`
  UPDATE "Task" SET "queuedAt" = "queuedAt" - make_interval(secs => ${seconds}::float8), "queueRank" = "queueRank" - ${seconds}::float8
  WHERE status = 'QUEUED'`;

/** Does the work with a mistake in a function of the database, and takes it out again. */
async function withMistake(routine: string, find: string, replace: string, work: () => Promise<unknown>) {
  const [row] = await db().$queryRaw<[{ source: string }]>`
    SELECT pg_get_functiondef(oid) AS source FROM pg_proc WHERE proname = ${routine}`;
  await db().$executeRawUnsafe(applyPatch(row.source, { find, replace }));
  try {
    await work();
  } finally {
    await db().$executeRawUnsafe(row.source);
  }
}

/** An endless stream of HIGHEST tasks, from a favoured project or one's own, against one that waits; one place to run. */
const streams = fc.record({
  priority: fc.integer({ min: 0, max: 3 }),
  eachRound: fc.integer({ min: 1, max: 3 }),
  roundSeconds: fc.integer({ min: 40, max: 150 }),
  isFavoured: fc.boolean(),
});

async function startsBehindBoundedMany({ priority, eachRound, roundSeconds, isFavoured }: Stream): Promise<void> {
  await quiet();
  const worker = await newWorker(1);
  const [own, favoured] = [
    await projectWith({ maxConcurrentSessions: 1 }),
    await projectWith({ maxConcurrentSessions: 64 }),
  ];
  const patient = await queued(own, { priority });
  const aheadMax = eachRound * (Math.floor(((4 - priority) * ageingSeconds) / roundSeconds) + 1);
  let started = 0;
  for (; await isQueued(patient); started++) {
    expect(started).toBeLessThanOrEqual(aheadMax);
    for (let n = 0; n < eachRound; n++) await queued(isFavoured ? favoured : own, { priority: 4 });
    const { claims } = await worker.step([], 1);
    await worker.step(
      claims.map((claim) => reportOf(claim)),
      0,
    );
    await pass(roundSeconds);
  }
}
type Stream = typeof streams extends fc.Arbitrary<infer Drawn> ? Drawn : never;

describe("an endless stream of tasks of the highest priority", () => {
  const tryAll = () => fc.assert(fc.asyncProperty(streams, startsBehindBoundedMany), { numRuns: 4, seed: 7 });

  it("lets at most those before whose priority is not aged away", { timeout }, tryAll);

  it("starves where priority does not age: the test would see it", { timeout }, async () => {
    await withMistake("move_task", "- priority * v_ageing", "- priority * 1e9", () =>
      expect(tryAll()).rejects.toThrow(),
    );
  });
});

/** One that is first in line, and what keeps coming behind it and could take in turn the things it needs. */
interface Scene {
  first: string;
  workers: Awaited<ReturnType<typeof newWorker>>[];
  /** What comes behind it in each round. */
  feed: () => Promise<unknown>;
}

const scenes: Record<string, () => Promise<Scene>> = {
  "small tasks against a big one whose project is full in between": async () => {
    const [own, other] = [
      await projectWith({ maxConcurrentSessions: 1 }),
      await projectWith({ maxConcurrentSessions: 9 }),
    ];
    const worker = await workerWith(8);
    const small = () => queued(other, { resources: { memoryBytes: 3 * gib } });
    await Promise.all([small(), small()]);
    await worker.step();
    return {
      first: await queued(own, { resources: { memoryBytes: 6 * gib } }),
      workers: [worker],
      feed: () => Promise.all([queued(own), small(), small()]),
    };
  },
  "a place of its project and one of its user that are never free at once": async () => {
    await configure({ maxConcurrentPerUser: 1 });
    const [own, other] = [
      await projectWith({ maxConcurrentSessions: 1 }),
      await projectWith({ maxConcurrentSessions: 9 }),
    ];
    const worker = await workerWith(8);
    await queued(other, { user: "ann" });
    await worker.step();
    return {
      first: await queued(own, { user: "ann" }),
      workers: [worker],
      feed: () => Promise.all([queued(own, { user: "bob" }), queued(other, { user: "ann" })]),
    };
  },
  "an orchestrator that is too small for it and always asks first": async () => {
    const own = await projectWith({ maxConcurrentSessions: 1 });
    const [small, large] = [await workerWith(4), await workerWith(8)];
    await queued(own);
    await small.step();
    return {
      first: await queued(own, { resources: { memoryBytes: 6 * gib } }),
      workers: [small, large],
      feed: () => queued(own),
    };
  },
};

async function workerWith(memoryGib: number) {
  const worker = await newWorker(8);
  await db().worker.update({ where: { id: worker.id }, data: { memoryBytes: memoryGib * gib } });
  return worker;
}

const longestRounds = 3;
/** It waits for four things, one after the other, and for a slot. */
const roundsMax = 5 * longestRounds + 1;

async function startsInTime(open: () => Promise<Scene>, lengths: readonly number[]): Promise<void> {
  await quiet();
  const { first, workers, feed } = await open();
  const running = new Map<Claim, { worker: Scene["workers"][number]; endsIn: number }>();
  let drawn = 0;
  const nextLength = () => lengths[drawn++ % lengths.length]!;
  for (const { sandbox, ...session } of await db().session.findMany({
    where: { status: "STARTING", project: { archivedAt: null } },
    include: { sandbox: true },
  })) {
    const worker = workers.find(({ id }) => id === session.workerId)!;
    const claim = { ...session, sessionId: session.id, sandboxId: sandbox!.id, key: "" } as unknown as Claim;
    running.set(claim, { worker, endsIn: nextLength() });
  }
  for (let round = 0; await isQueued(first); round++) {
    expect(round).toBeLessThan(roundsMax);
    await feed();
    for (const worker of workers) {
      const ended = [...running]
        .filter(([, one]) => one.worker === worker && --one.endsIn <= 0)
        .map(([claim]) => claim);
      for (const claim of ended) running.delete(claim);
      const { claims } = await worker.step(ended.map((claim) => reportOf(claim)));
      for (const claim of claims) running.set(claim, { worker, endsIn: nextLength() });
    }
  }
}

describe.each(Object.keys(scenes))("%s", (name) => {
  const lengths = fc.array(fc.integer({ min: 1, max: longestRounds }), { minLength: 1, maxLength: 5 });
  const tryAll = () =>
    fc.assert(
      fc.asyncProperty(lengths, (drawn) => startsInTime(scenes[name]!, drawn)),
      { numRuns: 3, seed: 7, examples: [[[2]], [[2, 1, 3]]] },
    );

  it("do not keep the first in line from starting when what ran before has ended", { timeout }, tryAll);

  it("would, if it kept nothing: the test would see it", { timeout }, async () => {
    await withMistake("claim", "IF FOUND AND h.room > 0 THEN", "IF false THEN", () =>
      expect(tryAll()).rejects.toThrow(),
    );
  });
});
