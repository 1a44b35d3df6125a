import { eventually } from "../../e2e/product.ts";
import { projectOverAdmissions } from "../admissions.ts";
import { brokenIn, type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";

// Everything fails, again and again, as fast as the slots allow. Base and cap are short, so that retries pile up.

const slots = 16;
const maxAttempts = 3;
const retryBaseMs = 400;
const retryCapMs = 600;
const fullMs = (failures: number) => Math.min(retryCapMs, retryBaseMs * 2 ** (failures - 1));

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const count = isLong ? 1000 : 100;
  const product = await startJudged({ TASK_MAX_CONCURRENT: String(slots) });
  try {
    const projectId = await newProject(product, "storm", { maxConcurrentSessions: slots, retryBaseMs, retryCapMs });
    const began = performance.now();
    await startStorm(product, projectId, count);
    await eventually(async () => (await openOf(product, projectId)) === 0, 1_200_000);
    const seconds = (performance.now() - began) / 1000;
    return await resultOf(product, { projectId, count, seconds });
  } finally {
    await product.stop();
  }
}

async function startStorm({ api }: JudgedProduct, projectId: string, count: number): Promise<void> {
  const tasks = Array.from({ length: count }, (_, n) => ({
    title: `fails ${n}`,
    status: "APPROVED",
    spec: { command: "false" },
    maxAttempts,
  }));
  await api("POST", `/projects/${projectId}/tasks/batch`, { tasks });
  await api("PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: true });
}

async function openOf({ database }: JudgedProduct, projectId: string): Promise<number> {
  const sql = `SELECT count(*)::int AS open FROM "Task" WHERE "projectId" = $1 AND status <> 'FAILED'`;
  return (await database.query(sql, [projectId])).rows[0].open;
}

/** A retry: how long it had to wait by the plan, and how long after that it was claimed. All on the database's clock. */
interface Retry {
  failures: number;
  plannedMs: number;
  lateMs: number;
}

async function readRetries({ database }: JudgedProduct, projectId: string): Promise<Retry[]> {
  const { rows } = await database.query(
    `SELECT s.attempt AS failures, extract(epoch FROM e.available - s."endedAt")::float8 * 1000 AS "plannedMs",
      extract(epoch FROM c.at - e.available)::float8 * 1000 AS "lateMs"
    FROM "Session" s
    JOIN (SELECT "entityId", (payload->>'attempt')::int AS attempt, (payload->>'availableAt')::timestamptz AS available
      FROM "Event" WHERE "streamId" = $1 AND type = 'TASK_RETRY_SCHEDULED') e ON e."entityId" = s."taskId" AND e.attempt = s.attempt + 1
    JOIN (SELECT "entityId", at, row_number() OVER (PARTITION BY "entityId" ORDER BY seq) AS attempt
      FROM "Event" WHERE "streamId" = $1 AND type = 'TASK_STATUS_CHANGED' AND payload->>'verb' = 'claim') c
      ON c."entityId" = s."taskId" AND c.attempt = s.attempt + 1
    WHERE s."projectId" = $1`,
    [projectId],
  );
  return rows;
}

interface Storm {
  projectId: string;
  count: number;
  seconds: number;
}

async function resultOf(product: JudgedProduct, { projectId, count, seconds }: Storm): Promise<RowResult> {
  const retries = await readRetries(product, projectId);
  const wrong = [
    ...(await wrongTasks(product, projectId)),
    ...wrongDelays(retries, count * (maxAttempts - 1)),
    ...(await projectOverAdmissions(projectId, [5, slots])),
    ...(await brokenIn(projectId)),
  ];
  const busiest = await busiestSecond(product, projectId);
  printTable(
    [
      "failures",
      "retries",
      "planned wait: least, ms",
      "median, ms",
      "most, ms",
      "allowed, ms",
      "claimed after that, p95, ms",
    ],
    [1, 2].map((failures) => {
      const some = retries.filter((retry) => retry.failures === failures);
      const planned = some.map(({ plannedMs }) => plannedMs);
      return [
        failures,
        some.length,
        ...[0, 0.5, 1].map((share) => percentile(planned, share).toFixed(0)),
        `${fullMs(failures) / 2} to ${fullMs(failures)}`,
        percentile(
          some.map(({ lateMs }) => lateMs),
          0.95,
        ).toFixed(0),
      ];
    }),
  );
  for (const sentence of wrong.slice(0, 30)) console.log(`WRONG: ${sentence}`);
  return {
    goal: "1,000 tasks failing at once: never more attempts than allowed, waits within [d/2, d] up to the cap, claims bounded by the limits, everything ends",
    measured: `${count} tasks, ${retries.length} retries in ${seconds.toFixed(0)} s: ${wrong.length} wrong; at most ${busiest} claims in a second with ${slots} slots`,
    isMet: wrong.length === 0,
    isCorrect: wrong.length === 0,
  };
}

async function wrongTasks({ database }: JudgedProduct, projectId: string): Promise<string[]> {
  const { rows } = await database.query(
    `SELECT t.number, t.attempts, t.failures, (SELECT count(*)::int FROM "Session" s WHERE s."taskId" = t.id) AS sessions
    FROM "Task" t WHERE "projectId" = $1`,
    [projectId],
  );
  return rows
    .filter(({ attempts, failures, sessions }) => [attempts, failures, sessions].some((n) => n !== maxAttempts))
    .map((row) => `task ${JSON.stringify(row)}, allowed ${maxAttempts} attempts`);
}

/**
 * The end is written down a moment after the wait was counted from, so a wait can only look too short; on a busy machine by
 * more than a few milliseconds. Half of the least is beyond any such moment.
 */
function wrongDelays(retries: readonly Retry[], expected: number): string[] {
  const roundingMs = 1.5;
  const wrong = retries.filter(({ failures, plannedMs, lateMs }) => {
    const full = fullMs(failures);
    return plannedMs > full + roundingMs || plannedMs < full / 4 || lateMs < -roundingMs;
  });
  const missing = retries.length === expected ? [] : [`${retries.length} retries instead of ${expected}`];
  return [...missing, ...wrong.map((retry) => `retry ${JSON.stringify(retry)}`)];
}

async function busiestSecond({ database }: JudgedProduct, projectId: string): Promise<number> {
  const { rows } = await database.query(
    `SELECT count(*)::int AS claims FROM "Event" WHERE "streamId" = $1 AND type = 'TASK_STATUS_CHANGED' AND payload->>'verb' = 'claim'
    GROUP BY date_trunc('second', at) ORDER BY 1 DESC LIMIT 1`,
    [projectId],
  );
  return rows[0].claims;
}
