import { spawn } from "node:child_process";
import { once } from "node:events";
import { io } from "socket.io-client";
import { eventually } from "../../e2e/product.ts";
import { attemptOf, startWaiting } from "../attempts.ts";
import { brokenIn, type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import { letterOf, post } from "../report-letters.ts";
import type { RowOptions, RowResult } from "../row.ts";

// The same work with the database's hints and without any: nothing may fail, everything may only be later, by a poll.

const pollMs = 1000;
const allowedMs = pollMs + 500;

/** Delays in ms, by what they lie between. */
interface Delays {
  "queued → claimed": number[];
  "completed → dependent started": number[];
  "completion reported over HTTP → dependent claimed": number[];
  "journaled → at a socket": number[];
  "cancelled → processes gone": number[];
}
type Span = keyof Delays;

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const rounds = isLong ? 100 : 5;
  const [on, off] = [await measure("0", rounds), await measure("1", rounds)];
  const spans = Object.keys(on.delays) as Span[];
  const added = (span: Span) => percentile(off.delays[span], 0.95) - percentile(on.delays[span], 0.5);
  printTable(
    ["from → to", "with hints: p50, ms", "without: p50, ms", "p95, ms", "most, ms", "added (p95 − p50), ms"],
    spans.map((span) => [
      span,
      percentile(on.delays[span], 0.5).toFixed(0),
      ...[0.5, 0.95, 1].map((share) => percentile(off.delays[span], share).toFixed(0)),
      added(span).toFixed(0),
    ]),
  );
  const suites = isLong ? await runSuites() : [];
  const wrong = [...on.wrong, ...off.wrong, ...suites];
  for (const sentence of wrong) console.log(`WRONG: ${sentence}`);
  const most = Math.max(...spans.map(added));
  return {
    goal: "without wake-ups everything passes; added delay ≤ poll + 0.5 s",
    measured: `a graph drains, sessions are reported, cancelled, followed${isLong ? "; the API and crash journeys pass" : ""}: ${wrong.length} wrong; added delay at most ${most.toFixed(0)} ms with a poll of ${pollMs} ms`,
    isMet: wrong.length === 0 && most <= allowedMs,
    isCorrect: wrong.length === 0,
  };
}

async function measure(ignoreNotify: "0" | "1", rounds: number): Promise<{ delays: Delays; wrong: string[] }> {
  const product = await startJudged({
    RUNBOARD_IGNORE_NOTIFY: ignoreNotify,
    RUNBOARD_POLL_MS: String(pollMs),
    TASK_MAX_CONCURRENT: "6",
  });
  try {
    const chain = await newProject(product, "chain", { maxConcurrentSessions: 6 });
    const socket = await followed(product, chain);
    await drainGraph(product, chain, rounds * 4);
    const asked = await newProject(product, "asked");
    for (let n = 0; n < rounds; n++) await startOne(product, asked);
    const reported = await newProject(product, "reported", { maxConcurrentSessions: 6 });
    for (let n = 0; n < rounds; n++) await reportOne(product, reported);
    const cancelled = await newProject(product, "cancelled", { maxConcurrentSessions: 6 });
    for (let n = 0; n < rounds; n++) await cancelOne(product, cancelled);
    const delays: Delays = {
      "queued → claimed": await queuedToClaimed(product, asked),
      "completed → dependent started": await completedToNext(product, chain, "SESSION_STARTED"),
      "completion reported over HTTP → dependent claimed": await completedToNext(product, reported, "claim"),
      "journaled → at a socket": socket.end(),
      "cancelled → processes gone": await cancelledToGone(product, cancelled),
    };
    const wrong = (await Promise.all([chain, asked, reported, cancelled].map(brokenIn))).flat();
    for (const [span, times] of Object.entries(delays))
      if (times.length < rounds) wrong.push(`${span}: ${times.length} of ${rounds}`);
    return { delays, wrong };
  } finally {
    await product.stop();
  }
}

/** How late each event reaches a client; both clocks are this machine's. */
async function followed({ url, token }: JudgedProduct, projectId: string): Promise<{ end(): number[] }> {
  const socket = io(url, { auth: { token }, transports: ["websocket"] });
  const lags: number[] = [];
  socket.onAny((_type, { at }: { at: string }) => lags.push(Date.now() - Date.parse(at)));
  await new Promise((resolve) => socket.emit("subscribe", { projectId }, resolve));
  const end = () => {
    socket.close();
    return lags;
  };
  return { end };
}

/** Layers of four; each task waits for two of the layer before. */
async function drainGraph(product: JudgedProduct, projectId: string, count: number): Promise<void> {
  const tasks = Array.from({ length: count }, (_, n) => ({
    ref: `${n}`,
    title: `node ${n}`,
    status: "APPROVED",
    spec: { command: "true" },
    ...(n >= 4
      ? { dependsOn: [`${n - 4}`, `${n - (n % 4) - 1}`].filter((ref, at, all) => all.indexOf(ref) === at) }
      : {}),
  }));
  await product.api("POST", `/projects/${projectId}/tasks/batch`, { tasks });
  await product.api("PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: true });
  await statusOfAll(product, projectId, "COMPLETED");
}

async function startOne(product: JudgedProduct, projectId: string): Promise<void> {
  await product.api("POST", "/tasks/create-and-start", { projectId, title: "true" });
  await statusOfAll(product, projectId, "COMPLETED");
}

/** A session reports itself; a task that waits for it is approved in a project that acts by itself. */
async function reportOne(product: JudgedProduct, projectId: string): Promise<void> {
  await product.api("PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: false });
  const [taskId] = await startWaiting(product, projectId, 1);
  const attempt = await attemptOf(product, taskId!, 1);
  const { body } = await product.api<{ items: { id: string; status: string }[] }>(
    "GET",
    `/projects/${projectId}/tasks?status=DRAFT`,
  );
  for (const { id } of body.items) {
    await product.api("PATCH", `/tasks/${id}`, { spec: { command: "true" }, version: 1 });
    await product.api("POST", `/tasks/${id}/approve`);
  }
  await product.api("PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: true });
  await post(product.url, letterOf(attempt, { success: true }, "", 200));
  await statusOfAll(product, projectId, "COMPLETED");
}

async function cancelOne(product: JudgedProduct, projectId: string): Promise<void> {
  const started = await product.api<{ task: { id: string } }>("POST", "/tasks/create-and-start", {
    projectId,
    title: "sleep 600",
  });
  const { id } = started.body.task;
  const sql = `SELECT id FROM "Session" WHERE "taskId" = $1 AND status = 'RUNNING'`;
  const { id: sessionId } = await eventually(async () => (await product.database.query(sql, [id])).rows[0], 60_000);
  await product.api("POST", `/sessions/${sessionId}/cancel`);
  const gone = `SELECT 1 FROM "Sandbox" WHERE "sessionId" = $1 AND "terminatedAt" IS NOT NULL`;
  await eventually(async () => (await product.database.query(gone, [sessionId])).rowCount === 1, 60_000);
}

function statusOfAll({ database }: JudgedProduct, projectId: string, status: string): Promise<boolean> {
  const sql = `SELECT 1 FROM "Task" WHERE "projectId" = $1 AND status <> $2 LIMIT 1`;
  return eventually(async () => (await database.query(sql, [projectId, status])).rowCount === 0, 600_000);
}

const queuedToClaimed = ({ database }: JudgedProduct, projectId: string) =>
  numbers(
    database,
    projectId,
    `
    SELECT extract(epoch FROM c.at - q.at)::float8 * 1000 AS ms FROM "Event" q JOIN "Event" c ON c."entityId" = q."entityId"
    WHERE q."streamId" = $1 AND q.type = 'TASK_STATUS_CHANGED' AND q.payload->>'verb' = 'queue' AND c.payload->>'verb' = 'claim'`,
  );

/** From the completion of the last dependency of a task to its own next step. */
const completedToNext = ({ database }: JudgedProduct, projectId: string, next: "claim" | "SESSION_STARTED") =>
  numbers(
    database,
    projectId,
    `
    SELECT extract(epoch FROM n.at - d.at)::float8 * 1000 AS ms FROM (
      SELECT e."taskId", max(c.at) AS at FROM "Dependency" e
      JOIN "Event" c ON c."entityId" = e."dependsOnId" AND c.type = 'TASK_COMPLETED' WHERE e."projectId" = $1 GROUP BY 1) d
    JOIN "Event" n ON n."streamId" = $1 AND ${
      next === "claim"
        ? `n."entityId" = d."taskId" AND n.payload->>'verb' = 'claim'`
        : `n.type = 'SESSION_STARTED' AND (n.payload->>'taskId')::uuid = d."taskId"`
    }`,
  );

const cancelledToGone = ({ database }: JudgedProduct, projectId: string) =>
  numbers(
    database,
    projectId,
    `
    SELECT extract(epoch FROM b."terminatedAt" - s."endedAt")::float8 * 1000 AS ms
    FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id WHERE s."projectId" = $1`,
  );

async function numbers(database: JudgedProduct["database"], projectId: string, sql: string): Promise<number[]> {
  const { rows } = await database.query<{ ms: number }>(sql, [projectId]);
  return rows.map(({ ms }) => ms);
}

/** The journeys through the API and through crashes, every product in them without hints. */
async function runSuites(): Promise<string[]> {
  const suites = ["public-api.spec.ts", "crash.spec.ts"];
  const child = spawn(
    process.execPath,
    ["node_modules/@playwright/test/cli.js", "test", ...suites, "--reporter=line"],
    {
      env: { ...process.env, RUNBOARD_IGNORE_NOTIFY: "1" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const [code] = await once(child, "close");
  return code === 0 ? [] : [`without hints ${suites.join(" and ")} fail`];
}
