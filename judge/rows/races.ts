import { isDeepStrictEqual } from "node:util";
import { type Attempt, attemptOf, startWaiting } from "../attempts.ts";
import { brokenIn, type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { raceForLimits } from "../limit-races.ts";
import { percentile, printTable } from "../numbers.ts";
import { type Random, randomOf } from "../random.ts";
import { type Answer, letterOf, post, type Said } from "../report-letters.ts";
import type { RowOptions, RowResult } from "../row.ts";

const clients = 50;
const atATime = 10;

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const random = randomOf(Number(process.env.SEED ?? 11), "races");
  const reports = await raceReports(random, isLong ? 1000 : 20);
  const limits = await raceForLimits(random, isLong ? 300 : 8);
  printTable(
    ["race", "size", "wrong"],
    [
      [`${clients} clients report one attempt`, `${reports.times.length} rounds`, reports.wrong.length],
      ["8 workers under changing limits", `${limits.claims} claims, ${limits.changes} changes`, limits.wrong.length],
    ],
  );
  const wrong = [...reports.wrong, ...limits.wrong];
  for (const sentence of wrong.slice(0, 50)) console.log(`WRONG: ${sentence}`);
  return {
    goal: "50 clients report one attempt at once, 1,000 rounds: one accepted; 8 workers, limits changing every second: 0 over-admissions",
    measured: `${reports.times.length} rounds, ${reports.wrong.length} wrong, p95 of a round ${percentile(reports.times, 0.95).toFixed(0)} ms; ${limits.claims} claims under ${limits.changes} changes of limits, ${limits.wrong.length} over-admissions`,
    isMet: wrong.length === 0,
    isCorrect: wrong.length === 0,
  };
}

async function raceReports(random: Random, rounds: number): Promise<{ times: number[]; wrong: string[] }> {
  const product = await startJudged({ TASK_MAX_CONCURRENT: String(atATime) });
  const [times, wrong]: [number[], string[]] = [[], []];
  try {
    const projectId = await newProject(product, "races", { maxConcurrentSessions: atATime });
    for (let done = 0; done < rounds; done += atATime) {
      for (const taskId of await startWaiting(product, projectId, Math.min(atATime, rounds - done))) {
        const attempt = await attemptOf(product, taskId, 1);
        const began = performance.now();
        wrong.push(...(await round(product, attempt, random)));
        times.push(performance.now() - began);
      }
    }
    wrong.push(...(await brokenIn(projectId)));
  } finally {
    await product.stop();
  }
  return { times, wrong };
}

/** Half of the clients say the same, the others each something of their own. One report is taken, whose ever it is. */
async function round({ url, database }: JudgedProduct, attempt: Attempt, random: Random): Promise<string[]> {
  const common: Said = { success: true, result: "the same" };
  const said = random.shuffle(
    Array.from({ length: clients }, (_, n) => (n < clients / 2 ? common : { success: true, result: n })),
  );
  const answers = await Promise.all(said.map((one) => post(url, letterOf(attempt, one, "race", 0))));
  const taken = said.filter((_, index) => answers[index]!.status === 200);
  const isOne = taken.length > 0 && taken.every((one) => one === taken[0]);
  const first = answers.find(({ status }) => status === 200);
  const isRight = ({ status, body }: Answer, index: number) =>
    said[index] === taken[0] ? status === 200 && isDeepStrictEqual(body, first?.body) : status === 409;
  const { rows } = await database.query(
    `SELECT t.status, t.result, t.attempts, (SELECT count(*)::int FROM "Event" e WHERE e."entityId" = t.id AND e.type = 'TASK_COMPLETED') AS completions
      FROM "Task" t WHERE id = $1`,
    [attempt.taskId],
  );
  const expected = { status: "COMPLETED", result: taken[0]?.result, attempts: 1, completions: 1 };
  if (isOne && answers.every(isRight) && isDeepStrictEqual(rows[0], expected)) return [];
  return [`${answers.map(({ status }) => status).join(" ")}, stored ${JSON.stringify(rows[0])}`];
}
