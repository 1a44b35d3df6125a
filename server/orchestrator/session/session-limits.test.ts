import { availableParallelism, totalmem } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { createProcessSandbox } from "../../sandbox/process-sandbox.ts";
import { onlySandbox } from "../../sandbox/registry.ts";
import type { Services } from "../services.ts";
import { ended, leftOf, projectOn, queueScript, sessionsOf, startOrchestrator } from "../testing.ts";
import { onSessionExit } from "./runner.ts";
import { createUsageSampler } from "./usage-sampler.ts";

provideTestDatabase();
const bed = createGitTestbed("limits");
afterAll(() => bed.remove());

const mib = 1024 ** 2;
const hold = (bytes: number) => `(head -c ${bytes} /dev/zero; sleep 1000) | tail -c ${bytes}`;

async function run(arrange: (services: Services) => void, script: string, more: object) {
  const orchestrator = await startOrchestrator(arrange);
  try {
    const project = await projectOn(bed.repository());
    const taskId = await queueScript(project.id, script, { maxAttempts: 1, ...more });
    orchestrator.services.turns.wake();
    const task = await ended(taskId);
    await eventually(async () => (await leftOf(taskId)).length === 0);
    await orchestrator.services.sampler.close();
    const [session] = await sessionsOf(taskId);
    return { task, session: session!, means: await orchestrator.services.sandbox.means() };
  } finally {
    await orchestrator.stop();
  }
}

/** As on a machine where nothing better is to be had. */
function byMarkers(services: Services): void {
  services.sandbox = createProcessSandbox(services.spawner, { path: env.PATH, only: "markers" });
  services.sandboxes = onlySandbox(services.sandbox);
  services.sandbox.onExit(onSessionExit);
  services.sampler = createUsageSampler(services.sandbox, { sampleMs: 200, memoryMs: 50, diskMs: 50 });
}

describe("a session that takes more than it was given", () => {
  it("ends with the resource, what was used and the limit; the failure is the task's own", async () => {
    const given = { resources: { memoryBytes: 64 * mib } };
    const { task, session } = await run(() => {}, `${hold(160 * mib)}; exit 9`, given);
    expect(task).toMatchObject({ status: "FAILED", failures: 1, losses: 0 });
    expect(session).toMatchObject({ status: "FAILED", reason: "RESOURCE_LIMIT", memoryBytes: BigInt(64 * mib) });
    expect(session.message).toMatch(/^Memory: .*64 MiB/);
  });

  it("is ended by us where the machine cannot, at once and whole", async () => {
    const given = { resources: { memoryBytes: 64 * mib } };
    const { session } = await run(byMarkers, `trap '' TERM; ${hold(160 * mib)}`, given);
    expect(session).toMatchObject({ status: "FAILED", reason: "RESOURCE_LIMIT" });
    expect(session.message).toMatch(/^Memory: its processes used \d+ MiB, its limit is 64 MiB\. It was ended\.$/);
    expect(session.sandbox?.means).toEqual({ tree: "markers", memory: "watchdog", cpu: "none" });
    expect(session.endedAt!.getTime() - session.startedAt.getTime()).toBeLessThan(8_000);
  });

  it("is ended for the space its directory takes", async () => {
    const given = { resources: { diskBytes: 8 * mib } };
    const { session } = await run(byMarkers, `head -c ${20 * mib} /dev/zero > big; sleep 1000`, given);
    expect(session).toMatchObject({ status: "FAILED", reason: "RESOURCE_LIMIT" });
    expect(session.message).toMatch(
      /^Disk: its directory held \d+(\.\d)? MiB, its limit is 8\.0 MiB\. It was ended\.$/,
    );
  });
});

it("a session within its limits succeeds, says by which means it was held, and what it used", async () => {
  const given = { resources: { cpus: 1, memoryBytes: 256 * mib, diskBytes: 64 * mib } };
  const { task, session, means } = await run(() => {}, "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done", given);
  expect(task.status).toBe("COMPLETED");
  expect(session).toMatchObject({ status: "SUCCEEDED", reason: "EXIT_ZERO", cpus: 1 });
  expect(session.sandbox?.means).toEqual(means);
  // Only a control group still knows what ended processes used.
  if (means.tree.startsWith("cgroup")) expect((session.usage as { cpuMs: number }).cpuMs).toBeGreaterThan(20);
});

it("an orchestrator says how many cores and how much memory it has to give", async () => {
  const orchestrator = await startOrchestrator();
  const row = await db().worker.findUniqueOrThrow({ where: { id: orchestrator.services.worker.id } });
  await orchestrator.stop();
  expect(row.cpus).toBeGreaterThan(0);
  expect(row.cpus).toBeLessThanOrEqual(availableParallelism());
  expect(Number(row.memoryBytes)).toBeGreaterThan(256 * mib);
  expect(Number(row.memoryBytes)).toBeLessThanOrEqual(totalmem());
});
