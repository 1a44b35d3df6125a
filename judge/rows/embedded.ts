import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, freePort, type Product, startProduct } from "../../e2e/product.ts";
import { db, switchDatabase } from "../../lib/db.ts";
import { identify, isAlive } from "../../server/process-identity.ts";
import { embeddedUrl } from "../embedded-url.ts";
import { brokenIn, newProject } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import { type Random, randomOf } from "../random.ts";
import type { RowOptions, RowResult } from "../row.ts";
import { rowDirectory } from "../tidy.ts";
import { WrittenCards } from "../written-cards.ts";

// People write all the time while the database, the supervisor, or both are killed. Afterwards everything that was acknowledged
// is there, everything that was refused is not, and what got no answer is there whole or not at all.

const writers = 4;
const targets = ["database", "supervisor", "both"] as const;
type Target = (typeof targets)[number];

interface Trial {
  directory: string;
  port: number;
  product: Product;
  projectId: string;
  random: Random;
  cards: WrittenCards;
  back: Record<Target, number[]>;
  refusedOpeners: number[];
  orphans: { found: number; reused: number };
  wrong: string[];
}

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const trial = await prepare();
  try {
    const kills = isLong ? 500 : 8;
    for (let kill = 0; kill < kills; kill++) {
      // The short form has each kind, too.
      const target = isLong ? trial.random.pick(targets) : targets[kill % targets.length]!;
      await killAndWait(trial, target);
      if (kill % 4 === 0) await openTwice(trial);
    }
    await trial.cards.stop();
    return await judged(trial, kills);
  } finally {
    await trial.cards.stop();
    await db().$disconnect();
    await trial.product.stop();
    rmSync(trial.directory, { recursive: true, force: true });
  }
}

async function prepare(): Promise<Trial> {
  const directory = mkdtempSync(join(tmpdir(), rowDirectory));
  const port = await freePort();
  const product = await start(directory, port);
  const projectId = await newProject({ api: product.api, directory }, "written");
  const trial: Trial = {
    directory,
    port,
    product,
    cards: new WrittenCards(projectId, writers, () => trial.product),
    projectId,
    random: randomOf(Number(process.env.SEED ?? 23), "embedded"),
    back: { database: [], supervisor: [], both: [] },
    refusedOpeners: [],
    orphans: { found: 0, reused: 0 },
    wrong: [],
  };
  return trial;
}

const homeOf = (directory: string): string => join(directory, "home");
const start = (directory: string, port: number): Promise<Product> =>
  startProduct({ home: homeOf(directory), port, environment: { RUNBOARD_DEMO: "off", RUNBOARD_LOG_LEVEL: "error" } });

/** Kills in the middle of writes and resolves when writes are acknowledged again. */
async function killAndWait(trial: Trial, target: Target): Promise<void> {
  await sleep(trial.random.under(200));
  const postmaster = identify(postmasterPid(trial));
  const supervisor = trial.product.process;
  const before = trial.cards.acknowledged.length;
  const began = performance.now();
  const gone = target === "database" ? null : once(supervisor, "exit");
  if (target !== "supervisor" && postmaster) process.kill(postmaster.pid, "SIGKILL");
  if (target !== "database") supervisor.kill("SIGKILL");
  await gone;
  if (target === "supervisor" && postmaster) trial.orphans.found += isAlive(postmaster) ? 1 : 0;
  if (target !== "database") trial.product = await reopened(trial);
  if (target === "supervisor" && postmaster && isAlive(postmaster)) {
    if (postmasterPid(trial) === postmaster.pid) trial.orphans.reused += 1;
    else trial.wrong.push(`the orphaned server ${postmaster.pid} lives on beside a new one`);
  }
  // What was under way at the kill may still be acknowledged; one after another of each writer says that it is back.
  await eventually(async () => trial.cards.acknowledged.length > before + writers, 60_000);
  trial.back[target].push(performance.now() - began);
}

async function reopened(trial: Trial): Promise<Product> {
  try {
    return await start(trial.directory, trial.port);
  } catch (thrown) {
    trial.wrong.push(`it did not open: ${thrown instanceof Error ? thrown.message : thrown}`);
    return start(trial.directory, trial.port);
  }
}

/** A second start on the same home is refused soon, names the holder, and disturbs nobody. */
async function openTwice(trial: Trial): Promise<void> {
  const began = performance.now();
  const second = spawn(process.execPath, [".build/main.js"], {
    env: { ...process.env, NODE_ENV: "production", RUNBOARD_HOME: homeOf(trial.directory), PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = collected(second);
  const [code] = await once(second, "close");
  trial.refusedOpeners.push(performance.now() - began);
  const { pid } = trial.product.process;
  if (code !== 1 || !said().includes(String(pid)))
    trial.wrong.push(`a second opener ended with ${code}, ${pid} holds it: ${said()}`);
}

function collected({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const stream of [stdout, stderr]) stream?.on("data", (chunk) => (text += chunk));
  return () => text;
}

const postmasterPid = ({ directory }: Trial): number =>
  Number(readFileSync(join(homeOf(directory), "postgres", "data", "postmaster.pid"), "utf8").split("\n")[0]);

async function judged(trial: Trial, kills: number): Promise<RowResult> {
  await switchDatabase(embeddedUrl(homeOf(trial.directory)));
  const wrong = [...trial.wrong, ...(await trial.cards.judge()), ...(await brokenIn(trial.projectId))];
  const lost = wrong.filter((sentence) => sentence.endsWith("is lost"));
  printTable(
    ["killed", "times", "until writes are acknowledged again: p50, ms", "most, ms"],
    targets.map((target) => {
      const times = trial.back[target];
      return [target, times.length, percentile(times, 0.5).toFixed(0), percentile(times, 1).toFixed(0)];
    }),
  );
  const { acknowledged, refused, unanswered } = trial.cards.counts;
  console.log(`cards acknowledged ${acknowledged}, refused ${refused}, without an answer ${unanswered}`);
  console.log(`orphaned servers ${trial.orphans.found}, of them reused ${trial.orphans.reused}, the others stopped`);
  for (const sentence of wrong.slice(0, 30)) console.log(`WRONG: ${sentence}`);
  const slowest = percentile(trial.refusedOpeners, 1);
  return {
    goal: "500 SIGKILLs mid-write: 0 lost acknowledged writes, 0 failed opens; a second opener refused within 2 s with the holder's pid; a dead holder's lock taken over; an orphaned server found and reused or stopped",
    measured: `${kills} SIGKILLs, ${acknowledged} acknowledged writes: ${lost.length} lost, ${wrong.length} wrong in all; ${trial.refusedOpeners.length} second openers refused within ${(slowest / 1000).toFixed(1)} s; ${trial.orphans.found} orphaned servers found`,
    isMet: wrong.length === 0 && slowest <= 2000,
    isCorrect: wrong.length === 0,
  };
}
