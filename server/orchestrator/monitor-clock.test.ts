import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { checkWhenDue } from "@/lib/monitor/check.ts";
import { checkNow, monitoredProject, runningTask, steadyWorker } from "@/lib/testing/monitored.ts";
import { newTask, newWorker, provideTestDatabase, quiet } from "@/lib/testing/world.ts";
import { renewLease } from "./worker.ts";

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
