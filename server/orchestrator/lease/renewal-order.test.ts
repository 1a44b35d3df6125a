import { expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { step } from "@/lib/session/settle.ts";
import { call, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { hostId } from "../../home.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { registerWorker, renewLease } from "../worker.ts";

provideTestDatabase();

const [lower, upper] = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"] as const;

it("a renewal waits for a session that is being settled without holding one that comes after it", async () => {
  hostId();
  const worker = await registerWorker();
  const { id: projectId } = await newProject();
  for (const sessionId of [upper, lower]) await claimAs(sessionId, projectId, worker.id);

  const renewal = await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Session" WHERE id = ${lower}::uuid FOR UPDATE`;
    const renewed = renewLease(worker, { freeBytes: null, isShort: false });
    await eventually(() => somebodyWaits());
    await tx.$queryRaw`SELECT 1 FROM "Session" WHERE id = ${upper}::uuid FOR UPDATE NOWAIT`;
    return { renewed };
  });
  expect(await renewal.renewed).not.toBeNull();
});

/** The upper one is claimed first, so it is the first in the table. */
async function claimAs(sessionId: string, projectId: string, workerId: string): Promise<void> {
  const { id } = await newTask(projectId);
  await call("task", "queue", { taskId: id });
  const tickets = [{ sessionId, sandboxId: crypto.randomUUID(), tokenHash: sessionId }];
  const { claims } = await step(db(), { reports: [], worker: { id: workerId, tickets, leaseMs: 60_000 } });
  expect(claims).toHaveLength(1);
}

async function somebodyWaits(): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return rows.length > 0;
}
