import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../e2e/product.ts";
import { brokenIn, type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import { childrenOf } from "../processes.ts";
import { type SecondHost, startSecondHost } from "../recovery/second-host.ts";
import { gapsMs, ticking, ticksIn } from "../recovery/witness.ts";
import type { RowOptions, RowResult } from "../row.ts";

const leaseMs = 15_000;
const hostGoalMs = leaseMs + 5_000;
const restartGoalMs = 10_000;
const heldSessions = 5;
const slots = heldSessions + 1;
/** After so long without an end the supervisor starts an orchestrator again without waiting longer than the time before. */
const steadyMs = 31_000;

/** kill -9 of the orchestrator, a host whose plug is pulled, a worker that stands still beyond its lease and wakes. */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const product = await startJudged({ TASK_MAX_CONCURRENT: String(slots) });
  try {
    const restarts = await killOrchestrator(product, { times: isLong ? 40 : 5, restMs: isLong ? steadyMs : 0 });
    const lost: HostLoss[] = [];
    const paused: HostLoss[] = [];
    for (let n = 0; n < (isLong ? 15 : 1); n++) lost.push(await loseHost(product, `lost-${n}`, "plug"));
    for (let n = 0; n < (isLong ? 15 : 1); n++) paused.push(await loseHost(product, `paused-${n}`, "pause"));
    return judge({ restarts, lost, paused });
  } finally {
    await product.stop();
  }
}

interface Restarts {
  timesMs: number[];
  wronglyEnded: number;
  complaints: string[];
}

/** Five sessions tick through all of it; each time a fresh task has to be claimed by the next orchestrator. */
async function killOrchestrator(
  product: JudgedProduct,
  { times, restMs }: { times: number; restMs: number },
): Promise<Restarts> {
  const project = await newProject(product, "restarts", { maxConcurrentSessions: slots });
  const file = join(product.directory, "restarts");
  const held = await Promise.all(
    Array.from({ length: heldSessions }, (_, n) => start(product, project, `held ${n}`, ticking(file))),
  );
  const firstPids = await eventually(async () => {
    const pids = new Set(ticksIn(file).map(({ pid }) => pid));
    return pids.size === heldSessions && pids;
  });
  const timesMs: number[] = [];
  for (let n = 0; n < times; n++) {
    await sleep(restMs);
    const [before] = childrenOf(product.process.pid!, "/orchestrator.js");
    const beganAt = performance.now();
    process.kill(before!, "SIGKILL");
    const next = await start(product, project, `next ${n}`, { command: "true" });
    await eventually(async () => (await isClaimed(product, next)) && (await areAdopted(product, held)), 60_000);
    timesMs.push(performance.now() - beganAt);
    await completed(product, next);
  }
  const agesMs = new Map<number, number>();
  // An hour of ticks is more than a call takes arguments.
  const ticks = ticksIn(file);
  const nowSeconds = ticks.reduce((latest, { atSeconds }) => Math.max(latest, atSeconds), 0);
  for (const { pid, atSeconds } of ticks) agesMs.set(pid, (nowSeconds - atSeconds) * 1000);
  const wronglyEnded = [...firstPids].filter((pid) => agesMs.get(pid)! > 2_000).length + (agesMs.size - heldSessions);
  writeFileSync(`${file}.end`, "");
  for (const id of held) await completed(product, id);
  return { timesMs, wronglyEnded, complaints: await brokenIn(project) };
}

async function start(product: JudgedProduct, projectId: string, title: string, spec: object): Promise<string> {
  const { body, status } = await product.api<{ task: { id: string } }>("POST", "/tasks/create-and-start", {
    ...{ projectId, title, spec, timeoutSeconds: 86_400 },
  });
  if (status !== 201) throw new Error(`${title} could not be started: ${JSON.stringify(body)}`);
  return body.task.id;
}

const completed = (product: JudgedProduct, taskId: string) =>
  eventually(
    async () => (await product.api<{ status: string }>("GET", `/tasks/${taskId}`)).body.status === "COMPLETED",
  );

const isClaimed = async ({ database }: JudgedProduct, taskId: string) =>
  (await database.query(`SELECT 1 FROM "Session" WHERE "taskId" = $1`, [taskId])).rows.length > 0;

/** By an orchestrator that has the lease now, and whose row is the only one. */
const areAdopted = async ({ database }: JudgedProduct, taskIds: string[]) => {
  const { rows } = await database.query(
    `SELECT 1 FROM "Session" s JOIN "Worker" w ON w.id = s."workerId"
     WHERE s."taskId" = ANY ($1) AND s.status = 'RUNNING' AND (SELECT count(*) FROM "Worker") = 1`,
    [taskIds],
  );
  return rows.length === taskIds.length;
};

interface HostLoss {
  /** From the moment the host said its last until the next attempt's first sign of life. */
  tookMs: number;
  /** From the last sign of life of an attempt to the first of the next. */
  gapMs: number;
  complaints: string[];
}

/** A task runs on a second host, which then is lost or stands still; this host has to take the task up, and alone. */
async function loseHost(product: JudgedProduct, name: string, how: "plug" | "pause"): Promise<HostLoss> {
  const project = await newProject(product, name, { maxConcurrentSessions: 20 });
  const file = join(product.directory, name);
  const freeSlots = await fillSlots(product, project);
  const second = await startSecondHost(product.directory, {
    DATABASE_URL: product.databaseUrl,
    RUNBOARD_LEASE_MS: String(leaseMs),
    TASK_MAX_CONCURRENT: "1",
  });
  try {
    const taskId = await start(product, project, name, ticking(file));
    await eventually(async () => ticksIn(file).length > 0 && (await isGuarded(product, taskId)));
    const complaints = how === "pause" ? await killGuarded(second, file) : [];
    await eventually(async () => isGuarded(product, taskId));
    await freeSlots();
    const saidLastAt = performance.now();
    const paused = second.orchestratorPid();
    if (how === "plug") await second.pullPlug();
    else process.kill(paused, "SIGSTOP");
    await eventually(async () => ticksIn(file).some(({ attempt }) => attempt === 2), hostGoalMs * 3);
    const tookMs = performance.now() - saidLastAt;
    if (how === "pause") complaints.push(...(await wake(second, paused)));
    await sleep(1_000);
    writeFileSync(`${file}.end`, "");
    await completed(product, taskId);
    if (ticksIn(file).some(({ attempt }) => attempt > 2)) complaints.push("a third attempt ran");
    return {
      tookMs,
      gapMs: Math.min(...gapsMs(ticksIn(file))),
      complaints: [...complaints, ...(await brokenIn(project))],
    };
  } finally {
    writeFileSync(`${file}.end`, "");
    if (how === "pause") await second.stop();
  }
}

/** This host has no slot free until the answer is called. */
async function fillSlots(product: JudgedProduct, project: string): Promise<() => Promise<void>> {
  const spec = { command: "sleep", args: ["3600"] };
  const fillers = await Promise.all(
    Array.from({ length: slots }, (_, n) => start(product, project, `filler ${n}`, spec)),
  );
  for (const id of fillers) await eventually(() => isClaimed(product, id));
  return async () => {
    for (const id of fillers) await product.api("POST", `/tasks/${id}/cancel`);
  };
}

/** Its successor on the same host takes the sessions over before the dead one's helper would end them. */
async function killGuarded(second: SecondHost, file: string): Promise<string[]> {
  const before = second.orchestratorPid();
  process.kill(before, "SIGKILL");
  await eventually(async () => ![0, before].includes(second.orchestratorPid()));
  await sleep(leaseMs + 2_000);
  const ticks = ticksIn(file);
  await eventually(async () => ticksIn(file).length > ticks.length).catch(() => {});
  const pids = new Set(ticksIn(file).map(({ pid }) => pid));
  const isAlive = ticksIn(file).length > ticks.length && pids.size === 1;
  return isAlive ? [] : ["a guarded session did not survive its orchestrator"];
}

/** It finds that it was given up, ends, and another takes its place. */
async function wake(second: SecondHost, pid: number): Promise<string[]> {
  process.kill(pid, "SIGCONT");
  const isReplaced = await eventually(async () => !existsSync(`/proc/${pid}`) && second.orchestratorPid() > 0).catch(
    () => false,
  );
  return isReplaced ? [] : ["the worker that was given up went on"];
}

async function isGuarded({ database }: JudgedProduct, taskId: string): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT w."isGuarded" FROM "Session" s JOIN "Worker" w ON w.id = s."workerId" WHERE s."taskId" = $1`,
    [taskId],
  );
  return rows[0]?.isGuarded ?? false;
}

function judge({ restarts, lost, paused }: { restarts: Restarts; lost: HostLoss[]; paused: HostLoss[] }): RowResult {
  const p95Ms = percentile(restarts.timesMs, 0.95);
  const losses = [...lost, ...paused];
  const slowestMs = Math.max(...losses.map(({ tookMs }) => tookMs));
  const leastGapMs = Math.min(...losses.map(({ gapMs }) => gapMs));
  const complaints = [...restarts.complaints, ...losses.flatMap((one) => one.complaints)];
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const list = (all: HostLoss[], pick: (one: HostLoss) => number) => all.map((one) => seconds(pick(one))).join(", ");
  printTable(
    ["what happened", "times", "until all was well again, s", "between two attempts, s"],
    [
      [
        "kill -9 of the orchestrator, 5 sessions running",
        restarts.timesMs.length,
        restarts.timesMs.map(seconds).join(", "),
        "–",
      ],
      ["the plug of another host pulled", lost.length, list(lost, (one) => one.tookMs), list(lost, (one) => one.gapMs)],
      [
        "another host's orchestrator killed (its session goes on), stopped, woken",
        paused.length,
        list(paused, (one) => one.tookMs),
        list(paused, (one) => one.gapMs),
      ],
    ],
  );
  for (const complaint of complaints) console.log(`- ${complaint}`);
  return {
    goal: "restart p95 ≤ 10 s, 0 live sessions wrongly ended; lost host ≤ lease 15 s + 5 s, no overlap",
    measured: `restart p95 ${seconds(p95Ms)} s of ${restarts.timesMs.length}, ${restarts.wronglyEnded} wrongly ended; lost host at most ${seconds(slowestMs)} s of ${losses.length}, least gap ${seconds(leastGapMs)} s`,
    isMet: p95Ms <= restartGoalMs && slowestMs <= hostGoalMs,
    isCorrect: restarts.wronglyEnded === 0 && leastGapMs > 0 && complaints.length === 0,
  };
}
