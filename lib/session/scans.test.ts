import { beforeAll, describe, expect, it } from "vitest";
import { columns } from "@/lib/client/columns.ts";
import { configSchema } from "@/lib/config/schema.ts";
import { db, type Tx } from "@/lib/db.ts";
import { appendOutput } from "@/lib/session/log.ts";
import { type Claim, step } from "@/lib/session/settle.ts";
import { type ReadPlans, watchPlans } from "@/lib/testing/executed-plans.ts";
import { addApproved, addPast, addQueued } from "@/lib/testing/long-past.ts";
import {
  call,
  newProject,
  newTask,
  newWorker,
  pieceOf,
  provideTestDatabase,
  reportOf,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();

let projectId: string;
let worker: TestWorker;
let plansOf: ReadPlans;

/** A long past: 100,000 completed tasks, each with session, sandbox and events, in one long chain; and a board full of cards. */
beforeAll(async () => {
  projectId = (await newProject()).id;
  await db().$transaction(
    async (tx) => {
      const execute = (sql: string) => tx.$executeRawUnsafe(sql);
      await addPast(execute, projectId, 100_000);
      await addApproved(execute, projectId, 500);
      await addQueued(execute, projectId, 500);
    },
    { timeout: 120_000 },
  );
  await db().$executeRaw`ANALYZE`;
  worker = await newWorker();
  plansOf = await watchPlans();
}, 120_000);

it("a turn of an orchestrator reads a handful of rows, however long a project's past is", async () => {
  const first = await newTask(projectId);
  await newTask(projectId, { dependsOn: [first.key] });
  const [claim] = (await worker.step([], 1)).claims;
  const read = await db().$transaction(async (tx) => {
    const before = await rowsRead(tx);
    await startAndEnd(tx, claim!);
    const after = await rowsRead(tx);
    return [...after].map(([table, rows]) => ({ table, rows: rows - (before.get(table) ?? 0) }));
  });
  expect(read.filter(({ rows }) => rows > 100)).toEqual([]);
});

describe("after 100,000 tasks no plan reads a table from end to end:", () => {
  it("of a turn that settles, promotes and claims", async () => {
    await call("project", "setAutonomousExecution", { projectId, enabled: true });
    const [claim] = (await worker.step([], 1)).claims;
    const plans = await plansOf(() => worker.step([{ ...reportOf(claim!), workerId: worker.id }], 1));
    for (const index of ["task_claimable", "task_promotable", "Task_pkey"]) expect(plans.join("\n")).toContain(index);
    expect(scansIn(plans)).toEqual([]);
  });

  it("of why a task waits", async () => {
    const [task] = await db().task.findMany({ where: { projectId, status: "QUEUED" }, take: 1 });
    const plans = await plansOf(() => call("task", "explain", { taskId: task!.id }));
    expect(plans.join("\n")).toContain("task_queue");
    expect(scansIn(plans)).toEqual([]);
  });

  it.each(columns)("of the first page of the board's column $label", async ({ statuses, sort }) => {
    const plans = await plansOf(() =>
      call("task", "list", { projectId, status: statuses.join(","), sort, limit: 100 }),
    );
    expect(plans.join("\n")).toMatch(/Index (Only )?Scan.* on "Task"|Bitmap Heap Scan on "Task"/);
    expect(scansIn(plans)).toEqual([]);
  });

  it.each([
    { what: "after a number", filter: { after: 100_000, limit: 200 } },
    { what: "the newest first", filter: { order: "desc", limit: 100 } },
    { what: "of one type", filter: { type: "TASK_COMPLETED", after: 100_000, limit: 200 } },
  ])("of events, $what", async ({ filter }) => {
    const plans = await plansOf(() => call("event", "list", { projectId, ...filter }));
    expect(plans.join("\n")).toMatch(/Index Scan.* on "Event"/);
    expect(scansIn(plans)).toEqual([]);
  });
});

/** What a session does in the database: it starts, prints and ends, and another one is claimed. */
async function startAndEnd(tx: Tx, claim: Claim): Promise<void> {
  const { sessionId, sandboxId } = claim;
  const actor = { type: "system", id: "x", name: "x" } as const;
  const started = { sessionId, sandboxId, workerId: worker.id, bootId: "b", pid: 1, startTime: "1", actor };
  await step(tx, { reports: [], started: [started] });
  await appendOutput(tx, [pieceOf(sessionId, 0, "output\n")], configSchema.parse({}));
  const ticket = { sessionId: projectId, sandboxId: projectId, tokenHash: "t" };
  const reports = [{ ...reportOf(claim), workerId: worker.id }];
  const { claims } = await step(tx, { reports, worker: { id: worker.id, tickets: [ticket], leaseMs: 60_000 } });
  expect(claims).toHaveLength(1);
}

/** Rows read in whatever way, as this connection has counted them so far. */
async function rowsRead(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ relname: string; n: number }[]>`
    SELECT relname, (seq_tup_read + idx_tup_fetch)::int AS n FROM pg_stat_xact_user_tables
    WHERE relname IN ('Task', 'Session', 'Sandbox', 'Dependency', 'Event', 'LogChunk')`;
  return new Map(rows.map(({ relname, n }) => [relname, n]));
}

/** Of the tables that grow with the past. */
const scansIn = (plans: readonly string[]): string[] =>
  plans.filter((plan) => /Seq Scan on "(Task|Session|Sandbox|Dependency|Event)"/.test(plan));
