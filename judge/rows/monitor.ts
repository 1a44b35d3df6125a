import { v7 as uuid } from "uuid";
import { eventually } from "../../e2e/product.ts";
import { brokenIn, type JudgedProduct, startJudged } from "../judged-product.ts";
import { stage, strategies, type WatchedProject } from "../monitor-cast.ts";
import { boardOf, due, reactionsIn, treeEnds, wrongIn } from "../monitor-outcome.ts";
import { printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";

const leaseMs = 6_000;

/**
 * Four strategies, each in a project with a task nobody queues, one no slot is given to, a session that hangs, one that only
 * computes and one that only prints. Checked ten times, then ten times more while the orchestrator is stopped beyond two leases.
 * In the long form four people check a hundred times at once while the orchestrator checks as often as it can.
 */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const product = await startJudged({ TASK_MAX_CONCURRENT: "16", RUNBOARD_LEASE_MS: String(leaseMs) });
  const [rounds, people] = isLong ? [100, 4] : [10, 1];
  const wrong: string[] = [];
  let reactions = 0;
  try {
    const projects = await stage(product, isLong ? 1 : 86_400);
    await checkAll(product, projects, { rounds, people });
    for (const project of projects) wrong.push(...(await wrongIn(product, project, "present")));
    for (const project of projects)
      if (!(await treeEnds(product, project))) wrong.push(`${project.strategy}: the hung session's processes stay`);
    for (const { projectId } of projects) await bePatient(product, projectId);
    await whileStopped(product, async () => {
      await checkAll(product, projects, { rounds, people });
      for (const project of projects) wrong.push(...(await wrongIn(product, project, "stopped")));
    });
    reactions = await report(product, projects);
    await endAll(product, projects);
    for (const { projectId } of projects) wrong.push(...(await brokenIn(projectId)));
  } finally {
    await product.stop();
  }
  for (const sentence of wrong) console.log(`WRONG: ${sentence}`);
  const episodes = strategies.length * due.stopped.length;
  const checks = 2 * rounds * people;
  return {
    goal: "the monitor's four strategies: one reaction per episode over ten checks; what computes or prints is left alone",
    measured: `${checks} checks of each of 4 projects: ${reactions} reactions to ${episodes} episodes, ${wrong.length} wrong`,
    isMet: wrong.length === 0,
    isCorrect: wrong.length === 0,
  };
}

interface Checks {
  rounds: number;
  people: number;
}

async function checkAll(product: JudgedProduct, projects: readonly WatchedProject[], { rounds, people }: Checks) {
  const all = Array.from({ length: people }, () => projects).flat();
  for (let round = 0; round < rounds; round++) await Promise.all(all.map((project) => check(product, project)));
}

async function check({ api }: JudgedProduct, { projectId }: WatchedProject): Promise<void> {
  const { status, body } = await api("POST", `/projects/${projectId}/monitor/check`);
  if (status !== 200) throw new Error(`A check was answered ${status}: ${JSON.stringify(body)}`);
}

/** From here on waiting in the queue is nothing to react to: what is given back waits there while nobody is there to take it. */
async function bePatient({ api }: JudgedProduct, projectId: string): Promise<void> {
  await api("PATCH", `/projects/${projectId}`, { settings: { pendingTimeoutSeconds: 86_400 } });
}

/**
 * The orchestrator stands still, and work begins when nobody has spoken for its sessions during two leases. Somebody else holds his
 * lease all the time: where nobody does, the whole machine may have slept, and nothing is held against anybody.
 */
async function whileStopped({ database }: JudgedProduct, work: () => Promise<void>): Promise<void> {
  const { rows } = await database.query(`SELECT pid FROM "Worker" WHERE "stoppedAt" IS NULL AND "leaseUntil" > now()`);
  const pid: number = rows[0].pid;
  process.kill(pid, "SIGSTOP");
  const otherId = uuid();
  await database.query(
    `INSERT INTO "Worker" (id, "hostId", "bootId", pid, "startTime", "maxConcurrent", "leaseUntil", "heldSince")
     VALUES ($1, $2, 'elsewhere', 1, '0', 0, now() + interval '1 hour', now() - interval '1 hour')`,
    [otherId, uuid()],
  );
  try {
    const sql = `SELECT 1 FROM "Session" WHERE status = 'RUNNING' AND "heartbeatAt" > now() - make_interval(secs => $1)`;
    await eventually(async () => (await database.query(sql, [(2 * leaseMs) / 1000])).rowCount === 0, 60_000);
    await work();
  } finally {
    await database.query(`DELETE FROM "Worker" WHERE id = $1`, [otherId]);
    process.kill(pid, "SIGCONT");
  }
}

/** Prints what there is; how many reactions there were in all. */
async function report(product: JudgedProduct, projects: readonly WatchedProject[]): Promise<number> {
  const lines: (string | number)[][] = [];
  let all = 0;
  for (const project of projects) {
    const events = await reactionsIn(product, project);
    const reactions = events.filter(({ type }) => type === "MONITOR_REACTED").length;
    const board = Object.entries(await boardOf(product, project)).map(([role, status]) => `${role} ${status}`);
    lines.push([project.strategy, reactions, events.length - reactions, board.join(", ")]);
    all += reactions;
  }
  printTable(["strategy", "reactions", "drafts", "what is on the board"], lines);
  return all;
}

/** Nothing runs or waits any more, and the orchestrator that woke, or the one after it, has ended every process. */
async function endAll({ api, database }: JudgedProduct, projects: readonly WatchedProject[]): Promise<void> {
  for (const { projectId } of projects) await api("DELETE", `/projects/${projectId}`);
  const sql = `SELECT 1 FROM "Sandbox" WHERE "terminatedAt" IS NULL`;
  await eventually(async () => (await database.query(sql)).rowCount === 0, 60_000);
}
