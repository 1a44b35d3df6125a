import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import type { HttpLoad, Sample } from "../load/http-load.ts";
import type { SocketLoad, SocketReport } from "../load/socket-load.ts";
import { percentile, printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";

// Three phases: the load that has to be borne, three times as much, and the first again. Events come from the writes: a fifth of
// the requests, spread over the projects, so that each socket sees a fifteenth of the rate. Before them the first load goes on
// unmeasured for a while: the question is what a server bears that has been running, not the first seconds of its life, in which
// everything is compiled and every statement planned.

const projects = 3;
const p95Ms = 100;
const lagP95Ms = 500;
const backSeconds = 10;

/** Times in seconds. The phase after the overload is long enough to see whether it is back within the goal. */
interface Sizes {
  warmUpSeconds: number;
  ratePerSecond: number;
  overloadRatePerSecond: number;
  sockets: number;
  seconds: number;
  overloadSeconds: number;
  afterSeconds: number;
}

const short: Sizes = {
  warmUpSeconds: 6,
  ratePerSecond: 60,
  overloadRatePerSecond: 600,
  sockets: 50,
  seconds: 5,
  overloadSeconds: 3,
  afterSeconds: 14,
};
const long: Sizes = {
  warmUpSeconds: 20,
  ratePerSecond: 300,
  overloadRatePerSecond: 900,
  sockets: 500,
  seconds: 60,
  overloadSeconds: 30,
  afterSeconds: 20,
};

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const sizes = isLong ? long : short;
  const product = await startJudged({ TASK_MAX_CONCURRENT: "4" });
  try {
    const boards: Board[] = [];
    for (let n = 0; n < projects; n++) boards.push(await fillBoard(product, `load-${n}`));
    await keepRunning(product, sizes);
    const sockets = await startSockets(product, boards, sizes);
    const samples = await sendLoad(product, boards, sizes, sockets);
    return await resultOf(sizes, samples, sockets);
  } finally {
    await product.stop();
  }
}

type Board = HttpLoad["projects"][number];

async function fillBoard(product: JudgedProduct, name: string): Promise<Board> {
  const id = await newProject(product, name);
  const tasks = Array.from({ length: 200 }, (_, at) => ({ title: `card ${at}` }));
  const { body } = await product.api<{ items: { id: string }[] }>("POST", `/projects/${id}/tasks/batch`, { tasks });
  return { id, taskIds: body.items.map((item) => item.id) };
}

/** Tasks run all the time, four at once, in a project nobody follows. */
async function keepRunning(product: JudgedProduct, sizes: Sizes): Promise<void> {
  const id = await newProject(product, "running", { maxConcurrentSessions: 4 });
  const seconds = sizes.warmUpSeconds + sizes.seconds + sizes.overloadSeconds + sizes.afterSeconds;
  const tasks = Array.from({ length: seconds * 4 }, () => ({
    title: "runs a second",
    status: "APPROVED",
    spec: { command: "sleep", args: ["1"] },
  }));
  await product.api("POST", `/projects/${id}/tasks/batch`, { tasks });
  await product.api("PATCH", `/projects/${id}/autonomous-execution`, { enabled: true });
}

interface Sockets {
  child: ChildProcess;
  base: SocketReport;
}

async function startSockets({ url, token }: JudgedProduct, boards: readonly Board[], sizes: Sizes): Promise<Sockets> {
  const load: SocketLoad = { url, token, projectIds: boards.map(({ id }) => id), sockets: sizes.sockets };
  const child = startProcess("socket-load", load);
  await once(child, "message");
  return { child, base: { events: 0, lagsMs: [], gaps: 0, disconnects: 0 } };
}

async function sendLoad(
  product: JudgedProduct,
  boards: readonly Board[],
  sizes: Sizes,
  sockets: Sockets,
): Promise<Sample[]> {
  const { warmUpSeconds } = sizes;
  const phases = [
    { ratePerSecond: sizes.ratePerSecond, seconds: warmUpSeconds },
    { ratePerSecond: sizes.ratePerSecond, seconds: sizes.seconds },
    { ratePerSecond: sizes.overloadRatePerSecond, seconds: sizes.overloadSeconds },
    { ratePerSecond: sizes.ratePerSecond, seconds: sizes.afterSeconds },
  ];
  const told = startHttp(product, boards, phases);
  setTimeout(() => sockets.child.send("measure"), warmUpSeconds * 1000);
  setTimeout(() => sockets.child.send("tell"), (warmUpSeconds + sizes.seconds) * 1000);
  [sockets.base] = (await once(sockets.child, "message")) as [SocketReport];
  return told;
}

async function startHttp(
  { url, token }: JudgedProduct,
  boards: readonly Board[],
  phases: HttpLoad["phases"],
): Promise<Sample[]> {
  const load: HttpLoad = { url, token, projects: [...boards], phases, readShare: 0.8 };
  const [samples] = (await once(startProcess("http-load", load), "message")) as [Sample[]];
  return samples;
}

function startProcess(name: string, load: object): ChildProcess {
  const file = fileURLToPath(new URL(`../load/${name}.ts`, import.meta.url));
  return fork(file, [JSON.stringify(load)], { execArgv: ["--import", "tsx"] });
}

async function resultOf(sizes: Sizes, samples: readonly Sample[], { child, base }: Sockets): Promise<RowResult> {
  child.send("tell");
  const [all] = (await once(child, "message")) as [SocketReport];
  child.disconnect();
  const phases = [1, 2, 3].map((phase) => samples.filter((sample) => sample.phase === phase));
  const [first, over, after] = phases.map(summary);
  printTable(
    ["phase", "req/s", "answered 2xx/s", "p50, ms", "p95, ms", "reads p95", "writes p95", "429/503", "other errors"],
    [
      ["load", sizes.ratePerSecond, ...cells(first!, sizes.seconds)],
      ["overload", sizes.overloadRatePerSecond, ...cells(over!, sizes.overloadSeconds)],
      ["after", sizes.ratePerSecond, ...cells(after!, sizes.afterSeconds)],
    ],
  );
  const lag = percentile(base.lagsMs, 0.95);
  const perSocket = base.events / sizes.sockets / sizes.seconds;
  const goodput = over!.good / sizes.overloadSeconds / (first!.good / sizes.seconds);
  const back = secondsUntilBack(phases[2]!, sizes.afterSeconds);
  console.log(
    `sockets: ${sizes.sockets}, ${perSocket.toFixed(1)} events/s each, lag p95 ${lag} ms, ${all.gaps} gaps, ${all.disconnects} disconnects`,
  );
  const errors = first!.refused + first!.errors + over!.errors + after!.errors;
  // A client that gives up waiting says something of this machine; a wrong answer says something of the product.
  const wrongAnswers = samples.filter(({ status }) => status !== 0 && ![429, 503].includes(status) && status >= 300);
  const isCorrect = wrongAnswers.length === 0 && all.gaps === 0;
  const isMet = first!.p95 <= p95Ms && lag <= lagP95Ms && errors === 0 && goodput >= 0.8 && back <= backSeconds;
  return {
    goal: "300 req/s (80 % reads) + 500 sockets × 20 events/s with tasks running: p95 ≤ 100 ms, event lag p95 ≤ 500 ms, 0 errors; at 3×: 429/503, goodput ≥ 80 %, back in 10 s",
    measured: `after ${sizes.warmUpSeconds} s of the same unmeasured: ${sizes.ratePerSecond} req/s, ${sizes.sockets} sockets × ${perSocket.toFixed(0)} events/s: p95 ${first!.p95.toFixed(0)} ms, lag p95 ${lag} ms, ${errors} errors; at ${sizes.overloadRatePerSecond} req/s: ${over!.refused} × 429/503, goodput ${(goodput * 100).toFixed(0)} %, back in ${back} s`,
    isMet: isMet && isCorrect,
    isCorrect,
  };
}

interface Summary {
  good: number;
  p50: number;
  p95: number;
  readsP95: number;
  writesP95: number;
  /** 429 and 503 with a Retry-After. */
  refused: number;
  errors: number;
}

function summary(samples: readonly Sample[]): Summary {
  const good = samples.filter(({ status }) => status >= 200 && status < 300);
  const refused = samples.filter(({ status, hasRetryAfter }) => [429, 503].includes(status) && hasRetryAfter).length;
  const times = (some: readonly Sample[]) => some.map(({ tookMs }) => tookMs);
  return {
    good: good.length,
    p50: percentile(times(good), 0.5),
    p95: percentile(times(good), 0.95),
    readsP95: percentile(times(good.filter(({ isRead }) => isRead)), 0.95),
    writesP95: percentile(times(good.filter(({ isRead }) => !isRead)), 0.95),
    refused,
    errors: samples.length - good.length - refused,
  };
}

const cells = ({ good, p50, p95, readsP95, writesP95, refused, errors }: Summary, seconds: number) => [
  (good / seconds).toFixed(0),
  ...[p50, p95, readsP95, writesP95].map((ms) => ms.toFixed(0)),
  refused,
  errors,
];

/** The first second after the overload from which on every second is as it should be; Infinity when none is. */
function secondsUntilBack(samples: readonly Sample[], seconds: number): number {
  const isGood = Array.from({ length: seconds }, (_, second) => {
    const within = samples.filter(({ dueMs }) => Math.floor(dueMs / 1000) === second);
    return (
      within.every(({ status }) => status < 300 && status > 0) &&
      percentile(
        within.map(({ tookMs }) => tookMs),
        0.95,
      ) <= p95Ms
    );
  });
  const lastBad = isGood.lastIndexOf(false);
  return lastBad === seconds - 1 ? Number.POSITIVE_INFINITY : lastBad + 1;
}
