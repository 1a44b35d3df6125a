import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";

vi.hoisted(() =>
  Object.assign(process.env, { RUNBOARD_GRACE_MS: "500", RUNBOARD_POLL_MS: "100", RUNBOARD_LEASE_MS: "4000" }),
);

import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import type { Project } from "@/lib/project/schema.ts";
import { call, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { createDisk } from "../disk/disk.ts";
import {
  ended,
  kill,
  linesOf,
  projectOn,
  queueScript,
  type RunningOrchestrator,
  sessionsOf,
  startOrchestrator,
  taskOf,
} from "../testing.ts";
import { sweepSessions } from "./sweep-sessions.ts";

provideTestDatabase();
const bed = createGitTestbed("working-copies");
const mib = 1024 * 1024;
let running: RunningOrchestrator;
let project: Project;
/** What the disk is made to say. */
const stats = { bavail: 0, bsize: mib, ffree: 1_000_000, files: 1_000_000 };

async function start(): Promise<void> {
  stats.bavail = 10_000;
  running = await startOrchestrator((services) => {
    services.disk = createDisk(home.sessions, { wasFullMs: 0, read: async () => stats });
  });
}
beforeEach(async () => {
  await start();
  project = await projectOn(bed.repository());
});
afterEach(async () => {
  await running.stop();
  for (const { id } of await db().project.findMany({ where: { archivedAt: null } }))
    await call("project", "archive", { projectId: id });
});
afterAll(() => bed.remove());

const directoryOf = (sessionId: string) => join(home.sessions, sessionId);
const lastSession = async (taskId: string) => (await sessionsOf(taskId)).at(-1)!;
const setRetention = (seconds: number) =>
  call("config", "update", { values: { failedWorkingCopyRetentionSeconds: seconds } });

it("the directory of a failed session stays to be looked at, that of a success and of a cancelled one goes", async () => {
  const failing = await queueScript(project.id, "echo evidence > ignored.txt; echo more > $HOME/note; exit 3", {
    maxAttempts: 1,
  });
  const succeeding = await queueScript(project.id, "true");
  const cancelled = await queueScript(project.id, "sleep 60");
  await eventually(async () => (await lastSession(cancelled)).status === "RUNNING");
  await call("task", "cancel", { taskId: cancelled });
  await Promise.all([failing, succeeding].map((id) => ended(id)));
  const [failed, succeeded, gone] = await Promise.all([failing, succeeding, cancelled].map(lastSession));
  await eventually(() => !existsSync(directoryOf(gone!.id)));
  await eventually(() => !existsSync(directoryOf(succeeded!.id)));
  await sweepSessions(running.services);
  expect(readdirSync(home.sessions)).toEqual([failed!.id]);
  expect(linesOf(join(directoryOf(failed!.id), "work", "ignored.txt"))).toEqual(["evidence"]);
  expect(linesOf(join(directoryOf(failed!.id), "home", "note"))).toEqual(["more"]);
  const removed = await Promise.all(
    [failing, succeeding, cancelled].map(async (id) => (await lastSession(id)).sandbox!.removedAt),
  );
  expect(removed.map((at) => at !== null)).toEqual([false, true, true]);
});

it("goes when its time is over, and its row says so; a successor keeps to that", async () => {
  const taskId = await queueScript(project.id, "exit 3", { maxAttempts: 1 });
  await ended(taskId);
  const { id } = await lastSession(taskId);
  await kill(running);
  await start();
  await sweepSessions(running.services);
  expect(existsSync(directoryOf(id))).toBe(true);
  await db().session.update({ where: { id }, data: { endedAt: new Date(Date.now() - 90_000_000) } });
  await sweepSessions(running.services);
  expect(existsSync(directoryOf(id))).toBe(false);
  expect((await lastSession(taskId)).sandbox!.removedAt).not.toBeNull();
});

it("of a task that fails again and again the last attempt's stays; with no time to keep it, none", async () => {
  await call("config", "update", { values: { retryBaseMs: 0 } });
  const taskId = await queueScript(project.id, "exit 3", { maxAttempts: 3 });
  await ended(taskId);
  await sweepSessions(running.services);
  const sessions = await sessionsOf(taskId);
  expect(sessions.map(({ id }) => existsSync(directoryOf(id)))).toEqual([false, false, true]);
  await setRetention(0);
  await eventually(() => running.services.config.failedWorkingCopyRetentionSeconds === 0);
  const next = await queueScript(project.id, "exit 4", { maxAttempts: 1 });
  await ended(next);
  await eventually(async () => !existsSync(directoryOf((await lastSession(next)).id)));
  await sweepSessions(running.services);
  expect(readdirSync(home.sessions)).toEqual([]);
  await setRetention(86_400);
});

it("a kept directory holds no processes, also where somebody else said that they were gone", async () => {
  const taskId = await queueScript(project.id, "sleep 60");
  await eventually(async () => (await lastSession(taskId)).status === "RUNNING");
  const { id, sandbox } = await lastSession(taskId);
  await kill(running);
  await db().session.update({ where: { id }, data: { status: "FAILED", reason: "EXIT_CODE", endedAt: new Date() } });
  await db().sandbox.update({ where: { id: sandbox!.id }, data: { terminatedAt: new Date() } });
  expect(existsSync(`/proc/${sandbox!.pid}`)).toBe(true);
  await start();
  await sweepSessions(running.services);
  await eventually(() => !existsSync(`/proc/${sandbox!.pid}`));
  expect(existsSync(directoryOf(id))).toBe(true);
});

it("a short disk pauses claims and says so, what is kept goes, and it is over by itself", async () => {
  const failing = await queueScript(project.id, "exit 3", { maxAttempts: 1 });
  await ended(failing);
  const kept = directoryOf((await lastSession(failing)).id);
  expect(existsSync(kept)).toBe(true);
  const worker = () => db().worker.findUniqueOrThrow({ where: { id: running.services.worker.id } });
  stats.bavail = 100;
  await eventually(async () => (await worker()).pausedReason === "DISK");
  expect(Number((await worker()).diskFreeBytes)).toBe(100 * mib);
  expect(existsSync(kept)).toBe(false);
  const waiting = await queueScript(project.id, "true");
  await eventually(async () => {
    const { reasons } = await call<{ reasons: { code: string; message: string }[] }>("task", "explain", {
      taskId: waiting,
    });
    return reasons.some(({ code, message }) => code === "RESOURCE" && message.includes("The disk is almost full"));
  });
  stats.bavail = 300;
  await running.services.disk.look(256 * mib);
  expect((await taskOf(waiting)).status).toBe("QUEUED");
  stats.bavail = 400;
  expect((await ended(waiting)).status).toBe("COMPLETED");
  expect((await worker()).pausedReason).toBeNull();
  await sweepSessions(running.services);
  expect((await lastSession(failing)).sandbox!.removedAt).not.toBeNull();
});
