import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { eventually, type Product, startProduct } from "../../e2e/product.ts";
import { db, switchDatabase } from "../../lib/db.ts";
import { mountSmallDisk, type SmallDisk } from "../disk/small-disk.ts";
import { embeddedUrl } from "../embedded-url.ts";
import { asProcesses, brokenIn, newProject } from "../judged-product.ts";
import { printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";
import { rowDirectory } from "../tidy.ts";
import { WrittenCards } from "../written-cards.ts";

// The product with its database, logs and clones on a disk that is filled up again and again: first until it is short, then until
// not a byte is left and the database gives up. People write all the time, and a command prints.

const mib = 1024 * 1024;
const sizeMib = 320;
const shortAtBytes = 64 * mib;
/** The database adds to its log by 16 MiB at a time. */
const leftBytes = 48 * mib;
const logMaxBytes = 256 * 1024;
/** A log that is full ends with the line that filled it, and a marker. */
const lineBytes = 60_000;
const writers = 2;
const goal =
  "full disk: claims pause, readiness says why, reads work, logs stay bounded, no acknowledged write lost, goes on by itself ≤ 30 s after there is space";
const backMs = 30_000;

interface Trial {
  disk: SmallDisk;
  /** Beside the small disk. */
  directory: string;
  product: Product;
  projectId: string;
  /** What the supervisor said. */
  said: string[];
  wrong: string[];
  /** How long until all works again, by what the disk had left. */
  back: { short: number[]; full: number[] };
  databaseEnds: number;
}

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const directory = mkdtempSync(join(tmpdir(), rowDirectory));
  const disk = mountSmallDisk(join(directory, "disk"), sizeMib);
  if (disk === null) {
    rmSync(directory, { recursive: true, force: true });
    return { goal, measured: "not run here: mounting a small disk needs root", isMet: false, isCorrect: true };
  }
  try {
    return await fillAgainAndAgain(disk, directory, isLong ? 20 : 1);
  } finally {
    disk.unmount();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function fillAgainAndAgain(disk: SmallDisk, directory: string, rounds: number): Promise<RowResult> {
  const trial = await prepare(disk, directory);
  const cards = new WrittenCards(trial.projectId, writers, () => trial.product);
  try {
    const printing = await startPrinting(trial);
    for (let round = 0; round < rounds; round++) {
      await runShort(trial, round);
      await runFull(trial, round);
    }
    await cards.stop();
    await endPrinting(trial, printing);
    await switchDatabase(embeddedUrl(trial.product.home));
    trial.wrong.push(...(await cards.judge()), ...(await brokenIn(trial.projectId)));
    return told(trial, cards);
  } finally {
    disk.makeRoom();
    await cards.stop();
    await db().$disconnect();
    await trial.product.stop();
  }
}

async function prepare(disk: SmallDisk, directory: string): Promise<Trial> {
  const environment = { ...asProcesses, RUNBOARD_DEMO: "off", RUNBOARD_LOG_LEVEL: "error", RUNBOARD_LEASE_MS: "4000" };
  const product = await startProduct({ home: join(disk.directory, "home"), environment });
  const said: string[] = [];
  product.process.stdout!.on("data", (text) => said.push(String(text)));
  const values = { diskMinFreeBytes: shortAtBytes, logMaxBytes, retryBaseMs: 200 };
  await product.api("PATCH", "/config", { values });
  const projectId = await newProject({ api: product.api, directory }, "small");
  await product.api("PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: true });
  return { disk, directory, product, projectId, said, wrong: [], back: { short: [], full: [] }, databaseEnds: 0 };
}

/** A command that prints some hundred kilobytes a second until it may end. */
async function startPrinting(trial: Trial): Promise<string> {
  const script = `while [ ! -e ${flagOf(trial)} ]; do head -c ${lineBytes} /dev/zero | tr '\\0' x; echo; sleep 0.2; done`;
  const taskId = await queueScript(trial, "prints", script);
  await eventually(async () => (await statusOf(trial, taskId)) === "RUNNING");
  return taskId;
}

const flagOf = ({ directory }: Trial): string => join(directory, "may-end");

async function endPrinting(trial: Trial, taskId: string): Promise<void> {
  writeFileSync(flagOf(trial), "");
  await eventually(async () => (await statusOf(trial, taskId)) === "COMPLETED", 120_000).catch(() =>
    trial.wrong.push("the command that printed all the time has not ended well"),
  );
  const { body } = await trial.product.api<{ items: { id: string; logBytes: number; attempt: number }[] }>(
    "GET",
    `/sessions?projectId=${trial.projectId}&limit=200`,
  );
  for (const { id, logBytes, attempt } of body.items)
    if (logBytes > logMaxBytes + lineBytes + 1024)
      trial.wrong.push(`attempt ${attempt} (${id}) keeps ${logBytes} bytes of output`);
}

/** Almost full: nothing new begins, everything else works. */
async function runShort(trial: Trial, round: number): Promise<void> {
  const { disk, product, wrong } = trial;
  disk.leave(leftBytes);
  const said = await eventually(async () => {
    const { reason } = await readiness(trial);
    return reason !== null && reason;
  }).catch(() => "");
  if (!/disk is almost full/.test(said)) wrong.push(`readiness of an almost full disk says "${said}"`);
  const taskId = await queueScript(trial, `waits ${round}`, "true");
  const read = await product.api("GET", `/projects/${trial.projectId}/tasks?limit=5`);
  if (read.status !== 200) wrong.push(`with a disk almost full a read was answered ${read.status}`);
  await sleep(1500);
  const status = await statusOf(trial, taskId);
  if (status !== "QUEUED" && status !== "APPROVED")
    wrong.push(`with a disk almost full a task that waits became ${status}`);
  await makeRoom(trial, "short", taskId);
}

/** Not a byte left, and more to write than fits into what the database has set aside: it has to end, and to come back. */
async function runFull(trial: Trial, round: number): Promise<void> {
  const { disk, product, wrong } = trial;
  const from = trial.said.length;
  disk.leave(0);
  const before = await product.api("GET", `/projects/${trial.projectId}/tasks?limit=5`);
  if (before.status !== 200) wrong.push(`with a full disk a read was answered ${before.status}`);
  await exhaustDatabase(trial);
  const says = await eventually(async () => /is full .* Free at least/.test(trial.said.slice(from).join("")), 60_000)
    .then(() => true)
    .catch(() => false);
  if (!says) wrong.push(`the supervisor does not say what to do: ${trial.said.slice(from).join("").slice(-300)}`);
  const answer = await product.api<{ code: string }>("GET", `/projects/${trial.projectId}/tasks?limit=5`);
  if (answer.status !== 503 || answer.body.code !== "UNAVAILABLE")
    wrong.push(`without a database a read was answered ${answer.status} ${answer.body.code}`);
  trial.databaseEnds += 1;
  disk.makeRoom();
  const taskId = await eventually(() => queueScript(trial, `after ${round}`, "true").catch(() => null), 60_000);
  await makeRoom(trial, "full", taskId);
}

/** Writes to the write-ahead log, past the product, until the server has ended. */
async function exhaustDatabase({ product, wrong }: Trial): Promise<void> {
  const client = new Client({ connectionString: embeddedUrl(product.home) });
  let isGone = false;
  client.on("error", () => {});
  client.on("end", () => (isGone = true));
  await client.connect();
  const until = Date.now() + 60_000;
  while (!isGone && Date.now() < until) {
    await client.query("SELECT pg_logical_emit_message(true, 'much', repeat('x', 500000))").catch(() => {});
    await sleep(1);
  }
  if (!isGone) wrong.push("the database went on although nothing could be written");
  await client.end().catch(() => {});
}

/** Space, and the time until it is ready and has done what waits. */
async function makeRoom(trial: Trial, kind: "short" | "full", taskId: string): Promise<void> {
  const began = performance.now();
  trial.disk.makeRoom();
  await eventually(async () => (await readiness(trial)).reason === null, 90_000).catch(() =>
    trial.wrong.push(`it does not go on although there is space (${kind})`),
  );
  await eventually(async () => (await statusOf(trial, taskId)) === "COMPLETED", 60_000).catch(() =>
    trial.wrong.push(`what waited for space (${kind}) was not carried out`),
  );
  trial.back[kind].push(performance.now() - began);
}

async function readiness({ product }: Trial): Promise<{ reason: string | null }> {
  const response = await fetch(`${product.url}/api/health/ready`);
  const body = (await response.json()) as { reason?: string | null; message?: string };
  return { reason: response.ok ? null : (body.reason ?? body.message ?? `HTTP ${response.status}`) };
}

/** Throws when it was not taken. */
async function queueScript({ product, projectId }: Trial, title: string, script: string): Promise<string> {
  const spec = { command: "sh", args: ["-c", script] };
  const task = { title, status: "APPROVED", spec, timeoutSeconds: 3600, maxAttempts: 1 };
  const { status, body } = await product.api<{ id: string }>("POST", `/projects/${projectId}/tasks`, task);
  if (status !== 201) throw new Error(`The task "${title}" was answered ${status} ${JSON.stringify(body)}.`);
  return body.id;
}

async function statusOf({ product }: Trial, taskId: string): Promise<string> {
  const { status, body } = await product.api<{ status?: string }>("GET", `/tasks/${taskId}`);
  return body.status ?? `answered with ${status} ${JSON.stringify(body)}`;
}

function told(trial: Trial, cards: WrittenCards): RowResult {
  const { wrong, back, databaseEnds } = trial;
  const { acknowledged, refused, unanswered } = cards.counts;
  const most = (times: readonly number[]) => (Math.max(...times) / 1000).toFixed(1);
  printTable(
    ["disk", "times", "until it works again, most, s"],
    [
      ["almost full", back.short.length, most(back.short)],
      ["full, and the database ended", back.full.length, most(back.full)],
    ],
  );
  console.log(`cards acknowledged ${acknowledged}, refused ${refused}, without an answer ${unanswered}`);
  for (const sentence of wrong.slice(0, 30)) console.log(`WRONG: ${sentence}`);
  return {
    goal,
    measured: `${back.short.length} × almost full, ${databaseEnds} × full until the database ended; ${acknowledged} acknowledged writes, ${wrong.length} wrong; works again after ${most(back.short)} s, ${most(back.full)} s where the database had ended`,
    isMet: wrong.length === 0 && Math.max(...back.short, ...back.full) <= backMs,
    isCorrect: wrong.length === 0,
  };
}
