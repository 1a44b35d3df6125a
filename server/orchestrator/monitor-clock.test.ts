import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { checkWhenDue } from "@/lib/monitor/check.ts";
import {
  ageSilence,
  ageTask,
  ageWorker,
  checkNow,
  monitoredProject,
  runningTask,
  steadyWorker,
} from "@/lib/testing/monitored.ts";
import { newTask, newWorker, provideTestDatabase, quiet } from "@/lib/testing/world.ts";
import { hostId } from "../home.ts";
import { registerWorker, renewLease, sayPaused, sayResumed, signOff } from "./worker.ts";

provideTestDatabase();
beforeEach(quiet);

const hour = 3_600;
const statusOf = async (id: string) => (await db().task.findUniqueOrThrow({ where: { id } })).status;

describe("after a sleep of the machine, or when the database's clock is set forward", () => {
  /** All that was written is so much older at once, as when the clock goes forward. */
  const pass = async (seconds: number) => {
    for (const [table, columns] of [
      ["Worker", ["leaseUntil", "heldSince"]],
      ["Session", ["leaseUntil", "heartbeatAt", "activeAt"]],
      ["Task", ["waitingSince"]],
    ] as const)
      await db().$executeRawUnsafe(
        `UPDATE "${table}" SET ${columns.map((name) => `"${name}" = "${name}" - make_interval(secs => ${seconds})`)}`,
      );
  };
  const renew = async (id: string) =>
    expect(
      await renewLease({ id, hostId: randomUUID(), maxConcurrent: 9 }, { freeBytes: null, isShort: false }),
    ).not.toBeNull();
  const leaseSeconds = env.RUNBOARD_LEASE_MS / 1000;

  it("neither a person's look nor an orchestrator's holds it against sessions and tasks, in whichever order they are heard again", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "mark_stalled", pendingTimeoutSeconds: hour });
    const { taskId, worker } = await runningTask(projectId);
    const other = await steadyWorker();
    const { id: waiting } = await newTask(projectId);
    await pass(9 * hour);
    const look = async () => {
      expect((await checkNow(projectId)).reactions).toEqual([]);
      await db().$executeRaw`UPDATE "Project" SET "monitorCheckedAt" = NULL`;
      expect(await inJournaledTransaction((tx) => checkWhenDue(tx, projectId))).toEqual([]);
    };
    await look();
    await renew(other.id);
    await look();
    await renew(worker.id);
    await look();
    await pass(leaseSeconds * 0.9);
    for (const { id } of [worker, other]) await renew(id);
    await look();
    expect([await statusOf(taskId), await statusOf(waiting)]).toEqual(["RUNNING", "APPROVED"]);
  });

  it("finds the one that did not come back, once another has been there for two leases", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "mark_stalled" });
    const { sessionId } = await runningTask(projectId);
    const other = await steadyWorker();
    await pass(9 * hour);
    await renew(other.id);
    for (let seconds = 0; seconds <= 2 * leaseSeconds; seconds += leaseSeconds * 0.9) {
      expect((await checkNow(projectId)).reactions).toEqual([]);
      await pass(leaseSeconds * 0.9);
      await renew(other.id);
    }
    expect((await checkNow(projectId)).reactions).toMatchObject([{ kind: "no_heartbeat", sessionId }]);
  });

  it("set back, an orchestrator has been there since now at the latest", async () => {
    const worker = await newWorker();
    await pass(-hour);
    await renew(worker.id);
    const { heldSince } = await db().worker.findUniqueOrThrow({ where: { id: worker.id } });
    expect(heldSince.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });
});

describe("after every orchestrator paused", () => {
  const disk = { freeBytes: null, isShort: false };
  const waitingLong = async () => {
    const projectId = await monitoredProject({ escalationStrategy: "mark_stalled", pendingTimeoutSeconds: hour });
    const { id } = await newTask(projectId);
    await ageTask(id, 9 * hour);
    return projectId;
  };
  const asOrchestrator = async () => ({ id: (await steadyWorker()).id, hostId: randomUUID(), maxConcurrent: 9 });
  const seen = async (projectId: string) => (await checkNow(projectId)).reactions.map(({ kind }) => kind);

  it("because its disk was short, waiting begins when it takes tasks again", async () => {
    const projectId = await waitingLong();
    const worker = await asOrchestrator();
    await renewLease(worker, { ...disk, isShort: true });
    expect(await seen(projectId)).toEqual([]);
    await renewLease(worker, disk);
    expect(await seen(projectId)).toEqual([]);
    await ageWorker(worker.id, hour + 10);
    await renewLease(worker, disk);
    expect(await seen(projectId)).toEqual(["pending"]);
  });

  it("because the engine refused, waiting begins when it takes tasks again", async () => {
    const projectId = await waitingLong();
    const worker = await asOrchestrator();
    await sayPaused(worker, "INVARIANT");
    await renewLease(worker, disk);
    expect(await seen(projectId)).toEqual([]);
    await sayResumed(worker, "INVARIANT");
    expect(await seen(projectId)).toEqual([]);
  });

  it("because it waited for its sessions to end, waiting begins when another is there for it", async () => {
    const projectId = await waitingLong();
    hostId();
    const worker = await registerWorker();
    await ageWorker(worker.id, 9 * hour);
    await sayPaused(worker, "STOPPING");
    expect(await seen(projectId)).toEqual([]);
    await signOff(worker);
    const next = await registerWorker();
    expect(await seen(projectId)).toEqual([]);
    await ageWorker(next.id, hour + 10);
    expect(await seen(projectId)).toEqual(["pending"]);
  });

  it("again and again, what hangs is found all the same", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "mark_stalled", idleTimeoutSeconds: 900 });
    const { sessionId, worker: steady } = await runningTask(projectId);
    const worker = { id: steady.id, hostId: randomUUID(), maxConcurrent: 9 };
    await ageSilence(sessionId, hour);
    const pause = async () => {
      await renewLease(worker, { ...disk, isShort: true });
      await renewLease(worker, disk);
    };
    await pause();
    expect(await seen(projectId), "it counts from the end of the first").toEqual([]);
    for (let seconds = 0; seconds < 900; seconds += 100) {
      expect(await seen(projectId)).toEqual([]);
      await ageWorker(worker.id, 100);
      await pause();
    }
    expect(await seen(projectId)).toEqual(["silent"]);
  });
});
