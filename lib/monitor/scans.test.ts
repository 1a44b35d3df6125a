import { beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "@/lib/config/config.ts";
import { db, type Tx } from "@/lib/db.ts";
import { findDueProjects } from "@/lib/monitor/due.ts";
import { monitorPolicyOf } from "@/lib/monitor/policy.ts";
import { findSightings } from "@/lib/monitor/sightings.ts";
import { steadyWorker } from "@/lib/testing/monitored.ts";
import { newProject, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

let projectId: string;

/** 20,000 tasks done with a session each, 2,000 that wait and were reacted to, 500 that have waited a minute, 3 for too long. */
beforeAll(async () => {
  projectId = (await newProject()).id;
  const insert = (from: number, count: number, set: { status: string; hours: number; isMonitored?: boolean }) =>
    db()
      .$executeRawUnsafe(`
      WITH tasks AS (
        INSERT INTO "Task" (id, "projectId", number, title, status, "createdBy")
        SELECT gen_random_uuid(), '${projectId}', n, 'task', '${set.status}', '{}' FROM generate_series(${from}, ${from + count - 1}) n
        RETURNING id, status
      )
      INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, status, agent, "sandboxProvider", branch, "workerId", "leaseUntil", "heartbeatAt")
      SELECT gen_random_uuid(), id, '${projectId}', 1, 1, 'SUCCEEDED', 'cli', 'process', 'b', gen_random_uuid(), now(), now() FROM tasks`)
      .then(() =>
        db().$executeRawUnsafe(`
        UPDATE "Task" SET "waitingSince" = "waitingSince" - interval '${set.hours} hours', "monitoredAt" = ${set.isMonitored ? "now()" : "NULL"}
        WHERE number BETWEEN ${from} AND ${from + count - 1} AND "waitingSince" IS NOT NULL`),
      );
  await insert(1, 20_000, { status: "COMPLETED", hours: 0 });
  await insert(20_001, 2_000, { status: "QUEUED", hours: 9, isMonitored: true });
  await insert(22_001, 500, { status: "APPROVED", hours: 0 });
  await insert(22_501, 3, { status: "QUEUED", hours: 9 });
  await db().$executeRaw`ANALYZE`;
}, 60_000);

describe("with thousands of tasks that are done, or wait and were reacted to, the monitor", () => {
  it("finds what waits too long and reads little else", async () => {
    const policy = monitorPolicyOf({}, await readConfig(db()));
    const read = await rowsReadBy((tx) =>
      findSightings(tx, projectId, policy).then((found) => expect(found).toHaveLength(3)),
    );
    expect(read).toBeGreaterThanOrEqual(3);
    expect(read).toBeLessThan(50);
  });

  it("looks for projects that are due without reading a task", async () => {
    const due = { workerId: (await steadyWorker()).id, instance: await readConfig(db()) };
    const read = await rowsReadBy((tx) => findDueProjects(tx, due).then((due) => expect(due).toEqual([projectId])));
    expect(read).toBe(0);
  });
});

/** Rows of tasks, sessions and sandboxes read in whatever way, as this connection has counted them. */
async function rowsReadBy(work: (tx: Tx) => Promise<unknown>): Promise<number> {
  return db().$transaction(async (tx) => {
    const before = await rowsRead(tx);
    await work(tx);
    return (await rowsRead(tx)) - before;
  });
}

async function rowsRead(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRaw<[{ n: number }]>`
    SELECT sum(seq_tup_read + idx_tup_fetch)::int AS n FROM pg_stat_xact_user_tables WHERE relname IN ('Task', 'Session', 'Sandbox')`;
  return row.n;
}
