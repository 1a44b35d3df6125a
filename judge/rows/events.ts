import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Followers, FollowersReport, LastSeqs } from "../events/followers.ts";
import { journalLength, moveMany, workOverHttp } from "../events/writers.ts";
import { type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import { randomOf } from "../random.ts";
import type { RowOptions, RowResult } from "../row.ts";

// Several write into the same journals at once while clients follow them and lose their connections at random. In the end each
// has to have seen a run of numbers without a gap or a double that folds to what REST says.

const reconnectP95Ms = 1000;
const writers = 6;
const cardsPerProject = 400;

interface Sizes {
  events: number;
  clients: number;
  projects: number;
  dropsPerSecond: number;
  eventsPerSecond: number;
}
const short: Sizes = { events: 8_000, clients: 20, projects: 5, dropsPerSecond: 5, eventsPerSecond: 400 };
const long: Sizes = { events: 1_000_000, clients: 200, projects: 20, dropsPerSecond: 10, eventsPerSecond: 400 };

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const sizes = isLong ? long : short;
  const seed = Number(process.env.SEED ?? 41);
  const product = await startJudged();
  try {
    const projectIds: string[] = [];
    for (let n = 0; n < sizes.projects; n++) projectIds.push(await newFullProject(product, `events-${n}`));
    const followers = await startFollowers({ url: product.url, token: product.token, projectIds, ...sizes, seed });
    const beganAtMs = performance.now();
    const { events: targetEvents, eventsPerSecond } = sizes;
    const writing = {
      product,
      projectIds,
      random: randomOf(seed, "writers"),
      targetEvents,
      eventsPerSecond,
      beganAtMs,
    };
    await Promise.all([...Array.from({ length: writers }, () => moveMany(writing)), workOverHttp(writing)]);
    const seconds = (performance.now() - beganAtMs) / 1000;
    const report = await followers.end(await lastSeqs(product, projectIds));
    return resultOf({ sizes, seconds, report, written: await journalLength(), gaps: await gapsIn(product) });
  } finally {
    await product.stop();
  }
}

async function newFullProject(product: JudgedProduct, name: string): Promise<string> {
  const id = await newProject(product, name);
  const tasks = Array.from({ length: cardsPerProject }, (_, n) => ({ title: `card ${n}`, spec: { command: "true" } }));
  const { status } = await product.api("POST", `/projects/${id}/tasks/batch`, { tasks });
  if (status !== 201) throw new Error(`The cards could not be made: ${status}`);
  return id;
}

async function startFollowers(given: Followers & Sizes) {
  const file = fileURLToPath(new URL("../events/followers.ts", import.meta.url));
  const child = fork(file, [JSON.stringify(given)], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return {
    end: async (last: LastSeqs): Promise<FollowersReport> => {
      child.send(last);
      const [report] = (await once(child, "message")) as [FollowersReport];
      child.disconnect();
      return report;
    },
  };
}

async function lastSeqs({ database }: JudgedProduct, projectIds: string[]): Promise<LastSeqs> {
  const { rows } = await database.query(`SELECT id, "lastSeq"::int AS seq FROM "Stream" WHERE id = ANY ($1)`, [
    projectIds,
  ]);
  return Object.fromEntries(rows.map(({ id, seq }) => [id, seq]));
}

/** Streams whose events are not numbered 1, 2, 3 … up to what their counter says. */
async function gapsIn({ database }: JudgedProduct): Promise<number> {
  const { rows } = await database.query(`
    SELECT s.id FROM "Stream" s LEFT JOIN "Event" e ON e."streamId" = s.id GROUP BY s.id, s."lastSeq"
    HAVING count(e.seq) <> s."lastSeq" OR coalesce(min(e.seq), 1) <> 1 OR coalesce(max(e.seq), 0) <> s."lastSeq"`);
  return rows.length;
}

interface Measured {
  sizes: Sizes;
  seconds: number;
  report: FollowersReport;
  written: number;
  gaps: number;
}

function resultOf({ sizes, seconds, report, written, gaps }: Measured): RowResult {
  const { received, drops, resyncs, reconnectsMs } = report;
  const [p50, p95] = [percentile(reconnectsMs, 0.5), percentile(reconnectsMs, 0.95)];
  printTable(
    [
      "events written",
      "per s",
      "received by all",
      "clients",
      "drops",
      "resyncs",
      "lag p95, ms",
      "back and caught up: p50, ms",
      "p95, ms",
    ],
    [
      [
        written,
        (written / seconds).toFixed(0),
        received,
        sizes.clients,
        drops,
        resyncs,
        percentile(report.lagsMs, 0.95).toFixed(0),
        p50.toFixed(0),
        p95.toFixed(0),
      ],
    ],
  );
  const wrong = [...report.wrong, ...(gaps > 0 ? [`${gaps} journals have gaps`] : [])];
  for (const sentence of wrong.slice(0, 30)) console.log(`WRONG: ${sentence}`);
  return {
    goal: "10⁶ events, out-of-order commits, 200 clients dropped at random: I7 for all; reconnect p95 ≤ 1 s",
    measured: `${written} events, ${sizes.clients} clients dropped ${drops} times: ${wrong.length} violations of I7; ${resyncs} resyncs; reconnect p95 ${p95.toFixed(0)} ms`,
    isMet: wrong.length === 0 && p95 <= reconnectP95Ms,
    isCorrect: wrong.length === 0,
  };
}
