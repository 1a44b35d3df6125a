import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "../lib/actor.ts";
import { owner } from "../lib/actor.ts";
import { db } from "../lib/db.ts";
import { invoke } from "../lib/invoke.ts";
import type { Claim, Report } from "../lib/session/settle.ts";
import { LimitHistory, overAdmissions, projectOverAdmissions, readAdmissions } from "./admissions.ts";
import { type Engine, engineProject, engineWorker, startEngine, takeTurn } from "./engine.ts";
import { brokenIn } from "./judged-product.ts";
import type { Random } from "./random.ts";

// Eight workers claim as fast as they can, over three projects, four users and three types of agent, while every limit changes
// again and again. What ends is retried at once, so the queue never empties. The database alone says afterwards what happened.

const workers = 8;
const agents = ["cli", "codex", "gemini"] as const;
const users: Caller[] = ["ada", "bob", "cem"].map((id) => ({ actor: { type: "token", id, name: id } }));
const callers = [owner, ...users];
const tasksPerProject = 60;

interface Race {
  engine: Engine;
  random: Random;
  isOver: boolean;
  projects: string[];
  workerIds: string[];
  /** Each project's limits in order. */
  projectLimits: Map<string, number[]>;
  userLimits: Map<string, LimitHistory>;
  agentLimits: Map<string, LimitHistory>;
  workerLimits: Map<string, LimitHistory>;
  changes: number;
}

export interface RaceOutcome {
  claims: number;
  changes: number;
  wrong: string[];
}

export async function raceForLimits(random: Random, seconds: number): Promise<RaceOutcome> {
  const engine = await startEngine(workers);
  try {
    const race = await prepare(engine, random);
    const working = race.workerIds.map((id) => work(race, id));
    const meddling = [changeLimits(race), cancelSome(race)];
    await sleep(seconds * 1000);
    race.isOver = true;
    await Promise.all([...working, ...meddling]);
    return await judged(race);
  } finally {
    await engine.stop();
  }
}

async function prepare(engine: Engine, random: Random): Promise<Race> {
  const projects = await Promise.all(["one", "two", "three"].map((name) => engineProject(name)));
  const workerIds = await Promise.all(Array.from({ length: workers }, () => engineWorker(4)));
  const unlimited = (keys: readonly string[]) =>
    new Map(keys.map((key) => [key, new LimitHistory(Number.POSITIVE_INFINITY)]));
  for (const projectId of projects) await fill(projectId, random);
  return {
    engine,
    random,
    isOver: false,
    projects,
    workerIds,
    projectLimits: new Map(projects.map((id) => [id, [5]])),
    userLimits: unlimited(callers.map(({ actor }) => actor.id)),
    agentLimits: unlimited(agents),
    workerLimits: new Map(workerIds.map((id) => [id, new LimitHistory(4)])),
    changes: 0,
  };
}

async function fill(projectId: string, random: Random): Promise<void> {
  const tasks = Array.from({ length: tasksPerProject }, (_, n) => {
    const type = random.pick(agents);
    return { title: `${n}`, type, status: "APPROVED", spec: type === "cli" ? { command: "true" } : { prompt: "go" } };
  });
  const { items } = (await invoke("task", "createBatch", { projectId, tasks }, { caller: owner })) as {
    items: { id: string }[];
  };
  for (const { id } of items) await invoke("task", "queue", { taskId: id }, { caller: random.pick(callers) });
}

/** Turn after turn: some of its sessions end, whatever the limits allow is taken. */
async function work(race: Race, workerId: string): Promise<void> {
  const { engine, random } = race;
  let held: Claim[] = [];
  for (let turn = 0; !race.isOver; turn++) {
    if (turn % 20 === 0) await changeSlots(race, workerId);
    const ending = held.filter(() => random.under(3) === 0);
    const { claims } = await takeTurn(engine, workerId, ending.map(retried));
    held = [...held.filter((claim) => !ending.includes(claim)), ...claims];
    if (claims.length === 0 && ending.length === 0) await sleep(1 + random.under(5));
  }
}

/** The queue takes the task back at once; what a person cancelled meanwhile is only cleared away. */
const retried = (claim: Claim): Report => ({
  sandboxId: claim.sandboxId,
  taskId: claim.taskId,
  taskVerb: "retry",
  sessionVerb: "fail",
  reason: "EXIT_CODE",
  delayMs: 0,
  terminated: true,
  actor: { type: "session", id: claim.sessionId, name: claim.key },
});

/** As a worker renews its lease: between its own turns. */
async function changeSlots(race: Race, workerId: string): Promise<void> {
  const maxConcurrent = 1 + race.random.under(6);
  const asked = await now();
  await db().worker.update({ where: { id: workerId }, data: { maxConcurrent } });
  race.workerLimits.get(workerId)!.changed(maxConcurrent, asked, await now());
}

async function changeLimits(race: Race): Promise<void> {
  const { random } = race;
  while (!race.isOver) {
    for (const projectId of race.projects) {
      const limits = race.projectLimits.get(projectId)!;
      const limit = random.pick([1, 2, 3, 5, 8, 13].filter((one) => one !== limits.at(-1)));
      const input = { projectId, settings: { maxConcurrentSessions: limit } };
      await invoke("project", "update", input, { caller: owner });
      limits.push(limit);
    }
    const perUser = random.pick([null, 1, 2, 4, 8]);
    const perAgent = Object.fromEntries(
      agents.filter(() => random.under(3) > 0).map((agent) => [agent, random.under(6)]),
    );
    const values = { maxConcurrentPerUser: perUser, maxConcurrentPerAgentType: perAgent };
    const asked = await now();
    await invoke("config", "update", { values }, { caller: owner });
    const answered = await now();
    for (const history of race.userLimits.values())
      history.changed(perUser ?? Number.POSITIVE_INFINITY, asked, answered);
    for (const [agent, history] of race.agentLimits)
      history.changed(perAgent[agent] ?? Number.POSITIVE_INFINITY, asked, answered);
    race.changes += 1;
    await sleep(100 + random.under(900));
  }
}

/** Sessions that end without their worker: cancelled by a person, and queued again. */
async function cancelSome(race: Race): Promise<void> {
  while (!race.isOver) {
    await sleep(20 + race.random.under(60));
    const live = await db().session.findFirst({ where: { status: { in: ["STARTING", "RUNNING"] } } });
    if (live === null) continue;
    const taskId = live.taskId;
    try {
      await invoke("task", "cancel", { taskId }, { caller: owner });
      await invoke("task", "reopen", { taskId }, { caller: owner });
      await invoke("task", "queue", { taskId }, { caller: race.random.pick(callers) });
    } catch {
      // It was faster.
    }
  }
}

async function judged(race: Race): Promise<RaceOutcome> {
  const admissions = await readAdmissions();
  const wrong = [
    ...overAdmissions(admissions, ({ requestedBy }) => requestedBy, race.userLimits),
    ...overAdmissions(admissions, ({ agent }) => agent, race.agentLimits),
    ...overAdmissions(admissions, ({ workerId }) => workerId, race.workerLimits),
  ];
  for (const projectId of race.projects) {
    wrong.push(...(await projectOverAdmissions(projectId, race.projectLimits.get(projectId)!)));
    // A limit that was lowered under what runs is no broken invariant; the journal above has judged the claims.
    wrong.push(...(await brokenIn(projectId)).filter((sentence) => !/live sessions, limit/.test(sentence)));
  }
  return { claims: admissions.length, changes: race.changes, wrong };
}

async function now(): Promise<Date> {
  const [row] = await db().$queryRaw<[{ now: Date }]>`SELECT clock_timestamp() AS now`;
  return row.now;
}
