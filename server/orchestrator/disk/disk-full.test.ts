import { execFileSync } from "node:child_process";
import { existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const { isMounted } = vi.hoisted(() => {
  const { spawnSync } = require("node:child_process") as typeof import("node:child_process");
  const small = process.env.RUNBOARD_HOME!;
  process.env.RUNBOARD_GRACE_MS = "500";
  process.env.RUNBOARD_POLL_MS = "100";
  process.env.RUNBOARD_LEASE_MS = "4000";
  return { isMounted: spawnSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", small]).status === 0 };
});

import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import type { Project } from "@/lib/project/schema.ts";
import { call, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { ended, projectOn, queueScript, type RunningOrchestrator, sessionsOf, startOrchestrator } from "../testing.ts";

const mib = 1024 * 1024;

// A disk of 32 MiB, made by mount: it needs root. The database is elsewhere.
describe.skipIf(!isMounted)("on a disk that is full (skipped where no tmpfs can be mounted)", () => {
  provideTestDatabase();
  const bed = createGitTestbed("disk-full");
  const filler = join(env.RUNBOARD_HOME, "filler");
  let running: RunningOrchestrator;
  let project: Project;

  beforeEach(async () => {
    await call("config", "update", { values: { diskMinFreeBytes: 4 * mib, retryBaseMs: 100 } });
    running = await startOrchestrator();
    project = await projectOn(bed.repository());
  });
  afterEach(async () => {
    await running.stop();
    rmSync(filler, { force: true });
    for (const { id } of await db().project.findMany({ where: { archivedAt: null } }))
      await call("project", "archive", { projectId: id });
  });
  afterAll(() => {
    bed.remove();
    execFileSync("umount", [env.RUNBOARD_HOME]);
  });

  const freeBytes = () => statfsSync(env.RUNBOARD_HOME).bavail * statfsSync(env.RUNBOARD_HOME).bsize;
  /** Leaves so much of the disk. */
  const leave = (bytes: number) => writeFileSync(filler, Buffer.alloc(Math.max(0, freeBytes() - bytes)));
  const worker = () => db().worker.findUniqueOrThrow({ where: { id: running.services.worker.id } });
  const reasonsOf = async (taskId: string) => (await sessionsOf(taskId)).map(({ reason }) => reason);

  it("claims pause, the worker's row says why, reads work, and it goes on by itself when there is space", async () => {
    leave(2 * mib);
    await eventually(async () => (await worker()).pausedReason === "DISK");
    const taskId = await queueScript(project.id, "true");
    expect((await call<{ items: object[] }>("task", "list", { projectId: project.id })).items).toHaveLength(1);
    expect(await sessionsOf(taskId)).toEqual([]);
    rmSync(filler);
    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 1, failures: 0, losses: 0 });
    expect((await worker()).pausedReason).toBeNull();
  });

  it("a command that fills the disk ends with that reason, counts as nothing, and another attempt does better", async () => {
    const first = join(bed.root, `${project.id}-first`);
    const fill = `[ -e ${first} ] && exit 0; touch ${first}; head -c 100000000 /dev/zero > filled`;
    const taskId = await queueScript(project.id, fill, { maxAttempts: 1 });
    expect(await ended(taskId, 60_000)).toMatchObject({ status: "COMPLETED", failures: 0, losses: 0 });
    expect(await reasonsOf(taskId)).toEqual(["DISK_FULL", "EXIT_ZERO"]);
  }, 90_000);

  it("a clone that does not fit ends with that reason; with space it is made", async () => {
    const repository = bed.repository();
    for (let n = 0; n < 6; n++) bed.write(repository, { [`big-${n}`]: `${n}`.repeat(2 * mib) });
    bed.commit(repository, {});
    const large = await projectOn(repository);
    leave(8 * mib);
    const taskId = await queueScript(large.id, "test -e big-5", { maxAttempts: 1 });
    await eventually(async () => (await sessionsOf(taskId))[0]?.endedAt);
    const [session] = await sessionsOf(taskId);
    expect(session).toMatchObject({ status: "FAILED", reason: "DISK_FULL" });
    expect(session!.message).toContain("There was no space left on the disk");
    await eventually(() => !existsSync(join(home.sessions, session!.id)));
    rmSync(filler);
    expect(await ended(taskId, 60_000)).toMatchObject({ status: "COMPLETED", failures: 0, losses: 0 });
  }, 90_000);

  it("output that fills the disk is cut away or ends its command by name, and its log is shipped", async () => {
    leave(10 * mib);
    const again = join(bed.root, `${project.id}-again`);
    const flood = `[ -e ${again} ] && exit 0; touch ${again}; echo begin; seq 1 100000000; exit $?`;
    const taskId = await queueScript(project.id, flood, { maxAttempts: 1 });
    const [session] = await eventually(async () => {
      const sessions = await sessionsOf(taskId);
      return sessions[0]?.endedAt && sessions;
    }, 60_000);
    expect(session!.reason).toBe("DISK_FULL");
    const [chunk] = await db().logChunk.findMany({
      where: { sessionId: session!.id },
      orderBy: { offset: "asc" },
      take: 1,
    });
    expect(Buffer.from(chunk!.bytes).toString().startsWith("begin\n1\n2\n")).toBe(true);
    expect(await ended(taskId, 60_000)).toMatchObject({ status: "COMPLETED", failures: 0, losses: 0 });
  }, 120_000);

  it("not a byte left: nothing crashes, nothing is tried again and again, and running sessions end well", async () => {
    const mayEnd = join(bed.root, `${project.id}-may-end`);
    const long = await queueScript(project.id, `while [ ! -e ${mayEnd} ]; do sleep 0.05; done`);
    await eventually(async () => (await sessionsOf(long))[0]?.status === "RUNNING");
    leave(0);
    const waiting = await queueScript(project.id, "true");
    await eventually(async () => (await worker()).pausedReason === "DISK");
    writeFileSync(mayEnd, "");
    await eventually(async () => (await sessionsOf(long))[0]?.endedAt);
    expect((await sessionsOf(waiting)).length).toBeLessThanOrEqual(1);
    rmSync(filler);
    for (const id of [long, waiting])
      expect(await ended(id, 60_000)).toMatchObject({ status: "COMPLETED", failures: 0, losses: 0 });
    expect((await reasonsOf(long)).slice(0, -1).every((reason) => reason === "DISK_FULL")).toBe(true);
  }, 120_000);

  it("the disk says what is really free", () => {
    expect(running.services.disk.freeBytes).toBeLessThanOrEqual(32 * mib);
  });
});
