import { db } from "../../lib/db.ts";
import { instanceStream } from "../../lib/journal.ts";
import { type Engine, startEngine } from "../engine.ts";
import { timeCycleChecks } from "../graph/cycle-times.ts";
import { startEndingWorker } from "../graph/ending-workers.ts";
import { judgeSchedule } from "../graph/judge-schedule.ts";
import { playSchedule } from "../graph/schedule.ts";
import { percentile, printTable } from "../numbers.ts";
import { randomOf } from "../random.ts";
import type { RowOptions, RowResult } from "../row.ts";

/** At a time, with three people each. */
const lanes = 8;
const workers = 2;
const perRound = 100;

/** Edits of small graphs by several people at once while tasks are claimed and end; then the time an edge takes on a large graph. */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const seed = Number(process.env.SEED ?? 3);
  // The long form takes hours; it goes on where another left off, and may be shared out.
  const from = Number(process.env.FROM ?? 0);
  const to = isLong ? Number(process.env.TO ?? 100_000) : from + 24;
  const engine = await startEngine(workers);
  try {
    const edits = await editGraphs(engine, { seed, from, to });
    await forgetEverything();
    const times = await timeCycleChecks(randomOf(seed, "large"), isLong ? 200 : 4);
    return told(edits, times);
  } finally {
    await engine.stop();
  }
}

interface Edits {
  schedules: number;
  asked: number;
  refused: number;
  claims: number;
  wrong: string[];
}

interface Range {
  seed: number;
  from: number;
  to: number;
}

async function editGraphs(engine: Engine, { seed, from, to }: Range): Promise<Edits> {
  const sums: Edits = { schedules: 0, asked: 0, refused: 0, claims: 0, wrong: [] };
  for (let next = from; next < to && sums.wrong.length < 20; ) {
    const [first, end] = [next, Math.min(next + perRound, to)];
    const ending = Array.from({ length: workers }, (_, n) =>
      startEndingWorker(engine, randomOf(seed, `${first}/${n}`)),
    );
    const lane = async () => {
      while (next < end) await playOne(next++, seed, sums);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await Promise.all(ending.map((worker) => worker.stop()));
    if (end < to) await forgetEverything();
    if (end % 1000 === 0) console.log(`up to ${end}: ${sums.schedules} schedules, ${sums.wrong.length} wrong`);
  }
  return sums;
}

async function playOne(number: number, seed: number, sums: Edits): Promise<void> {
  const played = await playSchedule(randomOf(seed, `schedule ${number}`), `s${number}`);
  sums.schedules += 1;
  sums.asked += played.asked.length;
  sums.refused += played.asked.filter(({ code }) => code !== null).length;
  sums.claims += played.found.events.filter(
    (event) => event.type === "TASK_STATUS_CHANGED" && event.payload.verb === "claim",
  ).length;
  sums.wrong.push(...judgeSchedule(played).map((text) => `schedule ${number}: ${text}`));
}

/** Nobody claims meanwhile. */
async function forgetEverything(): Promise<void> {
  await db().$executeRawUnsafe(`TRUNCATE "Project", "Stream", "Event", "Worker", "IdempotencyKey" CASCADE`);
  await db().stream.create({ data: { id: instanceStream } });
}

function told({ schedules, asked, refused, claims, wrong }: Edits, times: readonly number[]): RowResult {
  const [p50, slowest] = [percentile(times, 0.5), Math.max(...times)];
  printTable(
    ["schedules", "edits", "refused", "claims", "wrong", "edges on 10,000 tasks", "p50 ms", "slowest ms"],
    [[schedules, asked, refused, claims, wrong.length, times.length, p50.toFixed(0), slowest.toFixed(0)]],
  );
  for (const sentence of wrong.slice(0, 20)) console.log(`WRONG: ${sentence}`);
  return {
    goal: "10⁵ random schedules of edge, delete, reopen, claim, complete: no stored cycle, I2 never broken; cycle check on 10k nodes / 50k edges ≤ 200 ms",
    measured: `${schedules} schedules of three people and two workers at once, ${asked} edits (${refused} refused), ${claims} claims: ${wrong.length} wrong; an edge on 10,000 tasks and 50,000 edges: p50 ${p50.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms`,
    isMet: wrong.length === 0 && slowest <= 200,
    isCorrect: wrong.length === 0,
  };
}
