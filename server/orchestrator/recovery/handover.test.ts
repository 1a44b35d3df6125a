import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(process.env, { RUNBOARD_LEASE_MS: "4000", RUNBOARD_GRACE_MS: "300" }));

import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { machineClockMs } from "../../machine-clock.ts";
import { isAlive } from "../../process-identity.ts";
import { eventually } from "../../sandbox/eventually.ts";
import {
  dieGuarded,
  ended,
  leftOf,
  linesOf,
  projectOn,
  queueScript,
  type RunningOrchestrator,
  sessionsOf,
  startOrchestrator,
} from "../testing.ts";

// Two orchestrators each, with real helpers, clones and processes.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });
provideTestDatabase();
const bed = createGitTestbed("handover");
let orchestrator: RunningOrchestrator;
let scratch: string;

beforeEach(async () => {
  scratch = mkdtempSync(join(bed.root, "scratch-"));
  await db().worker.deleteMany();
  // Another host, for whose sake sessions are guarded.
  await newWorker();
  orchestrator = await startOrchestrator();
});
afterEach(() => orchestrator.stop());
afterAll(() => bed.remove());

/** A session that runs under a guard. */
async function guarded() {
  const project = await projectOn(bed.repository(), { retryBaseMs: 0 });
  const [witness, mayEnd] = [join(scratch, "witness"), join(scratch, "may-end")];
  const taskId = await queueScript(
    project.id,
    `echo run >> ${witness}; while [ ! -e ${mayEnd} ]; do sleep 0.02; done; echo work > work.txt`,
  );
  orchestrator.services.turns.wake();
  const session = await eventually(async () => {
    const [row] = await sessionsOf(taskId);
    return linesOf(witness).length > 0 && row?.status === "RUNNING" && row;
  });
  const { pid, bootId, startTime } = session.sandbox!;
  const identity = { pid: pid!, bootId: bootId!, startTime: startTime! };
  expect(orchestrator.services.isGuarded).toBe(true);
  return { taskId, witness, identity, end: () => writeFileSync(mayEnd, "") };
}
const mandates = () => (existsSync(home.guards) ? readdirSync(home.guards) : []);

it("a successor takes guarded sessions over in time: the dead one's helper goes, and they outlive the moment it had named", async () => {
  const { taskId, witness, identity, end } = await guarded();
  const first = orchestrator.services;
  const overMs = machineClockMs() + env.RUNBOARD_LEASE_MS;
  const helper = await dieGuarded(orchestrator);
  orchestrator = await startOrchestrator();
  await eventually(() => !isAlive(helper));
  expect(machineClockMs()).toBeLessThan(overMs);
  await eventually(() => mandates().join() === orchestrator.services.worker.id);
  await eventually(() => machineClockMs() > overMs + 1_000);
  expect(isAlive(identity)).toBe(true);
  end();
  expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 1, losses: 0 });
  expect(linesOf(witness)).toEqual(["run"]);
  expect(orchestrator.services.worker.id).not.toBe(first.worker.id);
});

it("without a successor they end at that moment, and whoever comes later says so and tries again", async () => {
  const { taskId, witness, identity, end } = await guarded();
  const helper = await dieGuarded(orchestrator);
  expect(isAlive(identity)).toBe(true);
  await eventually(() => !isAlive(helper));
  expect(isAlive(identity)).toBe(false);
  expect(mandates()).toEqual([]);
  end();
  orchestrator = await startOrchestrator();
  expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 2, losses: 1, failures: 0 });
  expect((await sessionsOf(taskId))[0]).toMatchObject({
    status: "LOST",
    reason: "LEASE_EXPIRED",
    message: "Its lease could not be renewed in time, so it was ended.",
  });
  expect(linesOf(witness)).toEqual(["run", "run"]);
  await eventually(async () => (await leftOf(taskId)).length === 0);
});
