import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { call, eventsOf, newProject, newTask, newWorker, provideTestDatabase, quiet } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { hostId } from "../../home.ts";
import { machineClockMs } from "../../machine-clock.ts";
import { identify, isAlive } from "../../process-identity.ts";
import { eventually } from "../../sandbox/eventually.ts";
import type { Guard } from "../../sandbox/spawner/spawner-protocol.ts";
import { assemble } from "../assemble.ts";
import { keepHouse } from "../housekeeping.ts";
import { keepLease } from "../lease/keep-lease.ts";
import { createLease } from "../lease/lease.ts";
import { createClockWatch } from "../lease/patience.ts";
import type { Services } from "../services.ts";
import { projectOn, queueScript, sessionsOf, startOrchestrator, taskOf } from "../testing.ts";
import { abandonSessions } from "./abandon.ts";
import { reconcile } from "./reconcile.ts";

// Two orchestrators each, with real helpers, clones and processes.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });
provideTestDatabase();
const bed = createGitTestbed("lost-hosts");
let us: Services;

beforeEach(async () => {
  await quiet();
  await db().worker.deleteMany();
  await db().sandbox.updateMany({ data: { terminatedAt: new Date() } });
  mkdirSync(home.sessions, { recursive: true });
  hostId();
  us = await assemble();
  // As an orchestrator that has been there for a while.
  us.clock = { doubtMs: () => 0 };
  us.turns.stopClaiming();
});
afterEach(async () => {
  await us.spawner.guard(null).catch(() => {});
  await us.spawner.close();
});
afterAll(() => bed.remove());

const rowOf = (id: string) => db().worker.findUniqueOrThrow({ where: { id } });
const ours = () => rowOf(us.worker.id);

/** Another host with one running session, whose lease ended so many ms ago. */
async function otherHost({ overSinceMs = -60_000, isGuarded = true, hostId: host = uuid() } = {}) {
  const project = await newProject();
  const { id } = await newTask(project.id);
  await call("task", "queue", { taskId: id });
  const worker = await newWorker();
  await db().worker.update({ where: { id: worker.id }, data: { hostId: host } });
  const { claims } = await worker.step();
  const claim = claims.find(({ taskId }) => taskId === id)!;
  await db().sandbox.updateMany({ where: { workerId: worker.id }, data: { hostId: host } });
  const silence = async (ms: number) => {
    await db().$executeRaw`UPDATE "Worker" SET "isGuarded" = ${isGuarded},
      "leaseUntil" = clock_timestamp() - make_interval(secs => ${ms / 1000}::float8) WHERE id = ${worker.id}::uuid`;
    await db().$executeRaw`UPDATE "Session" SET
      "leaseUntil" = clock_timestamp() - make_interval(secs => ${ms / 1000}::float8) WHERE id = ${claim.sessionId}::uuid`;
  };
  await silence(overSinceMs);
  return { worker, taskId: id, claim, silence, project };
}

const marginMs = 3_000;
const patienceMs = 600_000;

describe("the sessions of another host", () => {
  it.each([
    ["guarded", true, marginMs],
    ["not guarded", false, patienceMs],
  ])("%s, are given up when lease and patience have passed, and not before", async (_, isGuarded, afterMs) => {
    const other = await otherHost({ isGuarded, overSinceMs: afterMs - 2_500 });
    const nextMs = await reconcile(us);
    expect(nextMs).toBeGreaterThan(0);
    expect(nextMs).toBeLessThanOrEqual(2_500);
    expect(await taskOf(other.taskId)).toMatchObject({ status: "RUNNING" });
    expect((await rowOf(other.worker.id)).stoppedAt).toBeNull();

    await other.silence(afterMs + 1);
    await reconcile(us);
    await us.turns.idle();
    expect(await taskOf(other.taskId)).toMatchObject({
      status: "QUEUED",
      losses: 1,
      failures: 0,
      lastError: "The orchestrator that held the session stopped answering.",
    });
    const [session] = await sessionsOf(other.taskId);
    expect(session).toMatchObject({ status: "LOST", reason: "LEASE_EXPIRED" });
    expect(session!.sandbox!.terminatedAt).not.toBeNull();
    expect((await rowOf(other.worker.id)).stoppedAt).not.toBeNull();
    expect((await eventsOf(other.project.id)).map(({ type }) => type)).toContain("SANDBOX_TERMINATED");
  });

  it("stay its own when it renews at the last moment", async () => {
    const other = await otherHost({ overSinceMs: marginMs + 1 });
    await other.silence(-10_000);
    await reconcile(us);
    await us.turns.idle();
    expect(await taskOf(other.taskId)).toMatchObject({ status: "RUNNING", losses: 0 });
  });

  it("stay with a successor that takes them over while they are being given up", async () => {
    const other = await otherHost({ overSinceMs: marginMs + 1 });
    const successor = await newWorker();
    const { sandbox } = db();
    const findMany = sandbox.findMany.bind(sandbox);
    const look = vi.spyOn(sandbox, "findMany").mockImplementationOnce(((query: object) =>
      (async () => {
        await db().session.updateMany({ where: { id: other.claim.sessionId }, data: { workerId: successor.id } });
        await db().sandbox.updateMany({ where: { workerId: other.worker.id }, data: { workerId: successor.id } });
        return findMany(query);
      })()) as never);
    await reconcile(us);
    await us.turns.idle();
    expect(look).toHaveBeenCalledOnce();
    look.mockRestore();
    expect(await taskOf(other.taskId)).toMatchObject({ status: "RUNNING", losses: 0 });
    expect((await sessionsOf(other.taskId))[0]).toMatchObject({ status: "STARTING", workerId: successor.id });
  });

  it("that were cancelled, and never said to be gone, hold their task no longer than the others", async () => {
    const other = await otherHost({ overSinceMs: marginMs - 2_500 });
    await call("task", "cancel", { taskId: other.taskId });
    await reconcile(us);
    await us.turns.idle();
    expect((await sessionsOf(other.taskId))[0]!.sandbox!.terminatedAt).toBeNull();
    await other.silence(marginMs + 1);
    await reconcile(us);
    await us.turns.idle();
    const [session] = await sessionsOf(other.taskId);
    expect(session).toMatchObject({ status: "CANCELLED" });
    expect(session!.sandbox!.terminatedAt).not.toBeNull();
  });

  it("that reported their success are given up after the long patience: only their host can store what they did", async () => {
    const other = await otherHost({ overSinceMs: patienceMs - 5_000 });
    const { id } = await newTask(other.project.id, { dependsOn: [other.taskId] });
    const caller = {
      actor: { type: "session", id: other.claim.sessionId, name: "S" },
      sandboxId: other.claim.sandboxId,
    } as const;
    const report = { sandboxId: other.claim.sandboxId, taskId: other.taskId, success: true };
    await call("sandbox", "taskComplete", report, { caller });
    const isGone = async () => (await sessionsOf(other.taskId))[0]!.sandbox!.terminatedAt !== null;
    await call("task", "queue", { taskId: id });
    const third = await newWorker();
    await reconcile(us);
    await us.turns.idle();
    expect([await isGone(), (await third.step()).claims]).toEqual([false, []]);
    await other.silence(patienceMs + 1);
    await reconcile(us);
    await us.turns.idle();
    expect([await isGone(), (await third.step()).claims.map(({ taskId }) => taskId)]).toEqual([true, [id]]);
    expect(await taskOf(other.taskId)).toMatchObject({ status: "COMPLETED", resultCommit: null });
  });

  it("whose worker's row is gone are given up after the long patience", async () => {
    const other = await otherHost({ overSinceMs: patienceMs - 5_000 });
    await db().worker.delete({ where: { id: other.worker.id } });
    await reconcile(us);
    await us.turns.idle();
    expect((await taskOf(other.taskId)).status).toBe("RUNNING");
    await other.silence(patienceMs + 1);
    await reconcile(us);
    await us.turns.idle();
    expect((await taskOf(other.taskId)).status).toBe("QUEUED");
  });
});

describe("the row of another orchestrator", () => {
  it("goes a day after its last word, unless something of it is still to be settled", async () => {
    const dayMs = 86_400_000;
    const [young, old, holding] = [await otherHost(), await otherHost(), await otherHost()];
    await db().sandbox.updateMany({ where: { workerId: old.worker.id }, data: { terminatedAt: new Date() } });
    await db().sandbox.updateMany({ where: { workerId: young.worker.id }, data: { terminatedAt: new Date() } });
    await young.silence(dayMs - 60_000);
    for (const one of [old, holding]) await one.silence(dayMs + 1);
    await keepHouse(us.config);
    const left = (await db().worker.findMany()).map(({ id }) => id);
    expect(left.sort()).toEqual([us.worker.id, young.worker.id, holding.worker.id].sort());
  });
});

describe("the database's clock", () => {
  const clock = () => {
    const time = { ownMs: 1_000_000 };
    const watch = createClockWatch(() => time.ownMs);
    return { time, watch };
  };

  it("is not believed about others before they have had a lease's time after our start", () => {
    const { time, watch } = clock();
    expect(watch.doubtMs(0)).toBe(15_000 + marginMs);
    time.ownMs += 18_000;
    expect(watch.doubtMs(18_000)).toBe(0);
  });

  it.each([60_000, -60_000])("is not believed for as long after a step of %i ms", (stepMs) => {
    const { time, watch } = clock();
    watch.doubtMs(0);
    time.ownMs += 100_000;
    expect(watch.doubtMs(101_500)).toBe(0);
    time.ownMs += 5_000;
    expect(watch.doubtMs(106_500 + stepMs)).toBe(15_000 + marginMs);
    time.ownMs += 17_999;
    expect(watch.doubtMs(124_500 + stepMs)).toBe(1);
  });

  it("that was set forward makes nobody lost: the host renews, and keeps its sessions", async () => {
    const other = await otherHost({ overSinceMs: 3_600_000 });
    us.clock = createClockWatch();
    expect(await reconcile(us)).toBeGreaterThan(10_000);
    await us.turns.idle();
    expect(await taskOf(other.taskId)).toMatchObject({ status: "RUNNING", losses: 0 });
    expect((await rowOf(other.worker.id)).stoppedAt).toBeNull();
  });
});

describe("the sessions of another orchestrator of this host", () => {
  const sibling = async (overSinceMs: number) => {
    const other = await otherHost({ overSinceMs, hostId: us.worker.hostId });
    // Stopped, not dead: its process is there (this one's stands in for it).
    await db().worker.update({ where: { id: other.worker.id }, data: { ...identify(process.pid)! } });
    return other;
  };

  it("that stands still are taken over after lease and margin: they go on, nothing is lost", async () => {
    const other = await sibling(marginMs - 2_500);
    const nextMs = await reconcile(us);
    expect(nextMs).toBeLessThanOrEqual(2_500);
    expect(await db().worker.count({ where: { id: other.worker.id } })).toBe(1);
    us.sandbox.look = () => new Promise(() => {});
    await other.silence(marginMs + 1);
    await reconcile(us);
    expect(await db().worker.count({ where: { id: other.worker.id } })).toBe(0);
    expect([...us.held.keys()]).toEqual([other.claim.sessionId]);
    expect([...us.takenOver]).toEqual([[other.worker.id, "adopted"]]);
    expect((await sessionsOf(other.taskId))[0]).toMatchObject({ status: "STARTING", workerId: us.worker.id });
    expect(await taskOf(other.taskId)).toMatchObject({ status: "RUNNING", losses: 0 });
  });

  it("whose row is gone are taken over at once", async () => {
    const other = await sibling(-60_000);
    await db().worker.delete({ where: { id: other.worker.id } });
    us.sandbox.look = () => new Promise(() => {});
    await reconcile(us);
    expect([...us.held.keys()]).toEqual([other.claim.sessionId]);
  });
});

describe("the lease", () => {
  const watchGuard = () => {
    const orders: { guard: Guard | null; isGuardedInRow: boolean; rowEndsInMs: number }[] = [];
    const { guard } = us.spawner;
    us.spawner.guard = async (order) => {
      const [row] = await db().$queryRaw<[{ isGuarded: boolean; leftMs: number }]>`
        SELECT "isGuarded", extract(epoch FROM "leaseUntil" - clock_timestamp())::float8 * 1000 AS "leftMs"
        FROM "Worker" WHERE id = ${us.worker.id}::uuid`;
      orders.push({ guard: order, isGuardedInRow: row.isGuarded, rowEndsInMs: row.leftMs });
      return guard(order);
    };
    return orders;
  };

  it("alone guards nothing: sessions outlive everything", async () => {
    const orders = watchGuard();
    await db().worker.create({ data: { ...(await ours()), agents: [], sandboxes: [], id: uuid(), startTime: "0" } });
    expect(await keepLease(us)).toBe("kept");
    expect([orders, (await ours()).isGuarded]).toEqual([[], false]);
  });

  it("is trusted less by the helper than by the row, and the row says guarded only between", async () => {
    const orders = watchGuard();
    const { id } = await newWorker();
    await keepLease(us);
    expect((await ours()).isGuarded).toBe(true);
    expect(orders).toHaveLength(1);
    expect(orders[0]!.isGuardedInRow).toBe(false);
    // The machine's clock is exact to 10 ms.
    expect(orders[0]!.guard!.untilMs - machineClockMs()).toBeLessThanOrEqual(orders[0]!.rowEndsInMs + 10);

    const sinceMs = machineClockMs();
    await eventually(() => machineClockMs() > sinceMs);
    await keepLease(us);
    expect(orders[1]!.isGuardedInRow).toBe(true);
    expect(orders[1]!.guard!.untilMs).toBeGreaterThan(orders[0]!.guard!.untilMs);

    await db().worker.update({ where: { id }, data: { stoppedAt: new Date() } });
    await keepLease(us);
    await eventually(() => orders.length === 3);
    expect(orders[2]).toMatchObject({ guard: null, isGuardedInRow: false });
    expect((await ours()).isGuarded).toBe(false);
    await keepLease(us);
    expect(orders).toHaveLength(3);
  });

  it("is not said to be guarded when the helper cannot be told", async () => {
    await newWorker();
    await keepLease(us);
    const { guard } = us.spawner;
    us.spawner.guard = async (order) => (order === null ? guard(null) : Promise.reject(new Error("no space left")));
    await keepLease(us);
    expect([(await ours()).isGuarded, us.isGuarded, us.lease.isHeld()]).toEqual([false, false, true]);
  });

  it("is kept without a guard while the helper does not answer", async () => {
    await newWorker();
    await keepLease(us);
    const helper = us.spawner.helperPid() as number;
    process.kill(helper, "SIGSTOP");
    expect(await keepLease(us)).toBe("kept");
    expect([(await ours()).isGuarded, us.isGuarded, us.lease.isHeld()]).toEqual([false, false, true]);
    process.kill(helper, "SIGCONT");
    expect(await keepLease(us)).toBe("kept");
    expect((await ours()).isGuarded).toBe(true);
  });

  it("is lost for good once others have given it up", async () => {
    await db().worker.update({ where: { id: us.worker.id }, data: { stoppedAt: new Date() } });
    expect(await keepLease(us)).toBe("lost");
  });

  it("that ran out holds every effect back until it is renewed", async () => {
    const project = await projectOn(bed.repository());
    await us.spawner.close();
    us = await assemble();
    let nowMs = machineClockMs();
    us.lease = createLease(nowMs, () => nowMs);
    const taskId = await queueScript(project.id, "true");
    us.turns.wake();
    for (let n = 0; n < 50; n++) expect((await taskOf(taskId)).status).toBe("QUEUED");
    nowMs -= 1_000;
    us.lease.extend(nowMs + 60_000);
    await eventually(async () => (await taskOf(taskId)).status === "COMPLETED");
  });
});

describe("an orchestrator whose start took longer than its lease", () => {
  it("renews it and starts all the same", async () => {
    const late = await startOrchestrator((services) => {
      services.lease = createLease(machineClockMs() - 1);
    });
    expect(late.services.lease.isHeld()).toBe(true);
    await late.stop();
  });
});

describe("an orchestrator that was given up", () => {
  it("ends what it ran at once, and leaves alone what another of its host has adopted", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "runboard-abandon-"));
    const project = await projectOn(bed.repository());
    const running = await startOrchestrator();
    const [mine, adopted] = await Promise.all(
      ["mine", "adopted"].map((name) => queueScript(project.id, `trap '' TERM; touch ${scratch}/${name}; sleep 60`)),
    );
    running.services.turns.wake();
    const identityOf = async (taskId: string) => {
      const session = (await sessionsOf(taskId))[0];
      return running.services.held.get(session?.id ?? "")?.identity ?? null;
    };
    const [first, second] = await eventually(async () => {
      const found = await Promise.all([identityOf(mine!), identityOf(adopted!)]);
      return found.every((one) => one !== null) && (found as NonNullable<(typeof found)[0]>[]);
    });
    await running.stop();
    await db().session.updateMany({ where: { taskId: adopted! }, data: { workerId: uuid() } });
    await abandonSessions(running.services);
    expect(isAlive(first!)).toBe(false);
    expect(isAlive(second!)).toBe(true);
    process.kill(-second!.pid, "SIGKILL");
    rmSync(scratch, { recursive: true });
  });
});
