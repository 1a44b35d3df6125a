import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readProcess, send } from "../processes.ts";
import type { Random } from "../random.ts";
import type { FaultPlan, FaultTarget } from "./fault-plan.ts";
import type { RunningProduct } from "./product.ts";
import { followWitness } from "./witness.ts";

export interface DoneFault extends FaultPlan {
  /** Not every planned fault finds its chance: a point that is not passed, a process that is not there. */
  isDone: boolean;
  detail: string;
  atMs: number;
}

export interface Faults {
  done: DoneFault[];
  /** Pids that were given to strangers; the system must leave them alone. */
  strangers: number[];
  /** Resolves when every fault had its chance, or `stop` was called and what is under way has ended. */
  finished: Promise<void>;
  stop(): void;
}

interface Setting {
  product: RunningProduct;
  directory: string;
  witnessFile: string;
  random: Random;
}

const chanceMs = 3000;
/** Longer than anybody waits for a session: what is taken for one shows. It is ended after the run. */
export const strangerSeconds = 600;

/** Does what the plan says, one after the other, as soon as so many witnesses have started. */
export function startFaults(plans: readonly FaultPlan[], setting: Setting): Faults {
  let isOver = false;
  const faults: Faults = { done: [], strangers: [], finished: Promise.resolve(), stop: () => (isOver = true) };
  const follow = followWitness(setting.witnessFile);
  let starts = 0;
  const work = async () => {
    for (const plan of plans) {
      while (!isOver && starts < plan.afterStarts) {
        starts += follow().filter(({ word }) => word === "start").length;
        await pause(30);
      }
      if (isOver) return;
      const detail = await perform(plan, setting, faults);
      faults.done.push({ ...plan, isDone: detail !== null, detail: detail ?? "", atMs: Date.now() });
    }
  };
  faults.finished = work();
  // Whoever waits for it hears it; before that it must not end the campaign.
  faults.finished.catch(() => {});
  return faults;
}

/** What was done in words; null when there was no chance to. */
async function perform(plan: FaultPlan, setting: Setting, faults: Faults): Promise<string | null> {
  const { product } = setting;
  switch (plan.kind) {
    case "point":
      // A place that nobody passes now: the process that would have passed it dies all the same.
      return (await orderDeath(plan.place, setting)) ?? end("orchestrator", "SIGKILL", setting);
    case "cut":
      return (await product.proxy?.cutAnswerOf(plan.place, chanceMs)) ? `answer of ${plan.place}` : null;
    case "reuse":
      return reusePid(setting, faults);
    case "pause":
      return pauseProcess(plan, setting);
    case "term":
      return end(plan.target, "SIGTERM", setting);
    default:
      return end(plan.target, "SIGKILL", setting);
  }
}

async function end(target: FaultTarget, signal: "SIGTERM" | "SIGKILL", setting: Setting): Promise<string | null> {
  const { product } = setting;
  if (target === "everything") {
    const { supervisor, web, orchestrator, helper, postmaster } = product.processes();
    const victims = [...supervisor, ...orchestrator, ...web, ...helper, ...(product.proxy ? [] : postmaster)];
    for (const { pid } of victims) send(pid, signal);
    await startAgain(product);
    return `${victims.length} processes`;
  }
  const victim = await findVictim(target, setting);
  if (victim === null) return null;
  send(victim, signal);
  if (target === "supervisor") await startAgain(product);
  return `process ${victim}`;
}

/** A supervisor that was killed leaves children that end by themselves; until then a new one is refused and asked again. */
async function startAgain(product: RunningProduct): Promise<void> {
  const until = Date.now() + 30_000;
  while (product.isStarted()) await pause(20);
  for (;;) {
    try {
      return await product.start();
    } catch (thrown) {
      if (Date.now() > until) throw thrown;
      await pause(300);
    }
  }
}

/** Of an orchestrator at a moment when it has a session, where there is one soon: the others have nothing of it to take. */
async function pauseProcess({ target, stopMs }: FaultPlan, setting: Setting): Promise<string | null> {
  if (target === "orchestrator" || target === "second") await sessionOf(target, setting);
  const victim = await findVictim(target, setting);
  if (victim === null || !send(victim, "SIGSTOP")) return null;
  await pause(stopMs);
  send(victim, "SIGCONT");
  return `process ${victim} for ${stopMs} ms`;
}

async function sessionOf(target: "orchestrator" | "second", { product, directory }: Setting): Promise<void> {
  const home = join(directory, target === "second" ? "second" : "home");
  const until = Date.now() + chanceMs;
  while (Date.now() < until) {
    if (product.processes().wrapper.some(({ environment }) => environment.includes(`=${home}/`))) return;
    await pause(50);
  }
}

/** Of a command that goes on: the others would end before anybody can take their place. */
async function lastingWrapper({ witnessFile }: Setting): Promise<number | null> {
  const until = Date.now() + 4 * chanceMs;
  const follow = followWitness(witnessFile);
  follow();
  while (Date.now() < until) {
    for (const { word, pid } of follow()) {
      const parentPid = word === "tick" ? (readProcess(pid)?.parentPid ?? 0) : 0;
      if (readProcess(parentPid)?.command.includes(" runboard ")) return parentPid;
    }
    await pause(50);
  }
  return null;
}

/** Some process of that kind, waited for a while. */
async function findVictim(target: FaultTarget, { product, random }: Setting): Promise<number | null> {
  const until = Date.now() + chanceMs;
  while (Date.now() < until) {
    const found = product.processes()[target as Exclude<FaultTarget, "everything">];
    if (found.length > 0) return random.pick(found).pid;
    await pause(50);
  }
  return null;
}

/** The first process that passes the place kills itself there (see kill-points.ts). */
async function orderDeath(place: string, { directory }: Setting): Promise<string | null> {
  const order = join(directory, "points", place);
  writeFileSync(order, "SIGKILL");
  const until = Date.now() + chanceMs;
  while (existsSync(order)) {
    if (Date.now() > until) {
      rmSync(order, { force: true });
      return null;
    }
    await pause(20);
  }
  return `at ${place}`;
}

/**
 * A session dies while its orchestrator stands still, then orchestrator and helper, and before anybody looks a stranger has the
 * wrapper's number. It is free when nobody is left in the wrapper's process group, zombies included. Needs root.
 */
async function reusePid(setting: Setting, faults: Faults): Promise<string | null> {
  const victim = await lastingWrapper(setting);
  if (victim === null) return null;
  const { orchestrator, second, helper } = setting.product.processes();
  const watching = [...orchestrator, ...second];
  for (const { pid } of watching) send(pid, "SIGSTOP");
  sendToGroup(victim, "SIGKILL");
  const until = Date.now() + 2 * chanceMs;
  let isTaken = false;
  while (!isTaken && Date.now() < until) {
    await pause(200);
    isTaken = takePid(victim);
  }
  for (const { pid } of [...watching, ...helper]) send(pid, "SIGKILL");
  if (!isTaken) return null;
  faults.strangers.push(victim);
  return `pid ${victim}`;
}

function sendToGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // It has ended in between.
  }
}

function takePid(pid: number): boolean {
  const script = `n=0; while [ $n -lt 5 ]; do n=$((n + 1))
    echo ${pid - 1} > /proc/sys/kernel/ns_last_pid || exit 1
    sleep ${strangerSeconds} & [ $! = ${pid} ] && exit 0; kill $!; done; exit 1`;
  try {
    execFileSync("/bin/sh", ["-c", script], { env: {} as NodeJS.ProcessEnv, cwd: "/", stdio: "ignore", timeout: 3000 });
    return true;
  } catch {
    return false;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
