import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, putTask, reportOf } from "@/lib/testing/world.ts";
import { createInvariant } from "../invariant.ts";
import { settleApart } from "../settle-apart.ts";
import { createTurns } from "../turns.ts";
import { sayPaused, sayResumed } from "../worker.ts";

provideTestDatabase();

/** Turns of a real worker on the real engine; `clock.nowMs` is the invariant's clock. */
async function world(tasks: number) {
  const project = await newProject();
  await call("project", "update", { projectId: project.id, settings: { maxConcurrentSessions: 20 } });
  const { id } = await newWorker();
  const clock = { nowMs: 0 };
  const claims: Claim[] = [];
  const said: Promise<void>[] = [];
  let asked = 0;
  const worker = { id, hostId: id, maxConcurrent: 20 };
  const turns = createTurns({
    worker: () => worker,
    held: () => claims.map(({ sandboxId }) => sandboxId),
    dispatch: ({ claim }) => claims.push(claim),
    answer: () => void asked++,
    invariant: createInvariant(
      (state) => said.push((state === "broken" ? sayPaused : sayResumed)(worker, "INVARIANT")),
      () => clock.nowMs,
    ),
  });
  for (let n = 0; n < tasks; n++) await call("task", "queue", { taskId: (await newTask(project.id)).id });
  turns.wake();
  await turns.idle();
  const pausedReason = async () => {
    await Promise.all(said);
    return (await db().worker.findUniqueOrThrow({ where: { id } })).pausedReason;
  };
  return { project, turns, claims, clock, pausedReason, asked: () => asked };
}

const statusOf = async (taskId: string) => (await call("task", "get", { taskId })).status;

describe("a result that the engine refuses", () => {
  it("holds up no other, stops claiming, says so, and is taken in when the cause is mended", async () => {
    const { project, turns, claims, clock, pausedReason } = await world(7);
    expect(claims).toHaveLength(7);
    // The broken invariant: a live session whose task does not run.
    const bad = claims[2]!;
    await putTask(bad.taskId, "APPROVED");
    let isBadTaken = false;
    const settled = claims.map((claim) => turns.settle(reportOf(claim)));
    const badSettled = settled[2]!.then((answer) => {
      isBadTaken = true;
      return answer;
    });
    const others = await Promise.all(settled.filter((_, index) => index !== 2));
    expect(others.map(({ accepted }) => accepted)).toEqual(Array(6).fill(true));
    expect(await pausedReason()).toBe("INVARIANT");

    const later = await newTask(project.id);
    await call("task", "queue", { taskId: later.id });
    turns.wake();
    await turns.idle();
    expect([await statusOf(later.id), isBadTaken]).toEqual(["QUEUED", false]);

    await putTask(bad.taskId, "RUNNING");
    clock.nowMs = 29_999;
    turns.wake();
    await turns.idle();
    expect(isBadTaken).toBe(false);
    clock.nowMs = 30_000;
    turns.wake();
    expect(await badSettled).toMatchObject({ accepted: true });
    await turns.idle();
    expect(await statusOf(bad.taskId)).toBe("COMPLETED");
    expect(await pausedReason()).toBeNull();
    turns.wake();
    await turns.idle();
    expect(await statusOf(later.id)).toBe("RUNNING");
  });

  it("goes on being refused without harm: each try costs one turn, and results and questions that come in meanwhile are dealt with", async () => {
    const { turns, claims, clock, pausedReason, asked } = await world(2);
    const [bad, good] = claims as [Claim, Claim];
    await putTask(bad.taskId, "APPROVED");
    void turns.settle(reportOf(bad));
    await turns.idle();
    clock.nowMs = 30_000;
    turns.wake();
    await turns.idle();
    const before = asked();
    expect((await turns.settle(reportOf(good))).accepted).toBe(true);
    await turns.idle();
    expect(asked()).toBeGreaterThan(before);
    expect(await pausedReason()).toBe("INVARIANT");
    expect(await db().session.findUniqueOrThrow({ where: { id: bad.sessionId } })).toMatchObject({
      status: "STARTING",
    });
  });
});

describe("taking in apart", () => {
  it("finds the bad ones among many in few calls, keeps the order, and stops where the database is away", async () => {
    const taken: number[] = [];
    let calls = 0;
    const refusal = { meta: { driverAdapterError: { cause: { originalCode: "P0001" } } } };
    const take = async (items: readonly number[]) => {
      calls++;
      await sleep(0);
      if (items.includes(-2)) throw new Error("connection lost");
      if (items.some((item) => item < 0)) throw refusal;
      taken.push(...items);
    };
    const items = Array.from({ length: 64 }, (_, n) => (n === 40 ? -1 : n));
    expect(await settleApart(items, take)).toEqual([-1]);
    expect(taken).toEqual(items.filter((item) => item >= 0));
    expect(calls).toBeLessThanOrEqual(13);
    await expect(settleApart([1, -1, -2], take)).rejects.toThrow("connection lost");
  });
});
