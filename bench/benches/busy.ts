import { request } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type JudgedProduct, newProject } from "../../judge/judged-product.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { call } from "../call.ts";
import { fillBoard } from "../cards/fill-board.ts";
import { startProductOn } from "../carriers/product-carrier.ts";
import { drained } from "../drained.ts";
import type { Requests } from "../load/requests.ts";
import { type Program, startProgram } from "../program.ts";
import { takeTurns } from "../rounds.ts";
import { onStage } from "../stage.ts";

// How late the event loop of the web process is, by its own measure: at rest, while it serves, and while it serves and a hundred
// sessions are started.

interface Sizes {
  seconds: number;
  ratePerSecond: number;
  sockets: number;
  sessions: number;
}
const full: Sizes = { seconds: 6, ratePerSecond: 30, sockets: 20, sessions: 100 };
const smoke: Sizes = { seconds: 0.5, ratePerSecond: 10, sockets: 2, sessions: 2 };

export async function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const sizes = isSmoke ? smoke : full;
  return onStage(async (stage) => {
    const probe = join(stage.directory, "probe");
    const product = await startProductOn(stage, {
      TASK_MAX_CONCURRENT: "8",
      NODE_OPTIONS: `--import=${new URL("../busy/delay-probe.mjs", import.meta.url)}`,
      BENCH_DELAY_PROBE: probe,
    });
    return measure({ product, probe, sizes, rounds });
  });
}

async function measure(given: {
  product: JudgedProduct;
  probe: string;
  sizes: Sizes;
  rounds: number;
}): Promise<Measured[]> {
  const { product, probe, sizes, rounds } = given;
  const { url, token } = product;
  const projectId = await newProject(product, "busy", { maxConcurrentSessions: 64 });
  await fillBoard(product, await newProject(product, "read"), 50);
  const readers = await startProgram("load/requests.ts", { url, token });
  const followers = await startProgram("push/io-clients.ts", { url, token, projectId, sockets: sizes.sockets });
  const starting = () => startSessions(product, projectId, sizes.sessions);
  await starting();
  const during = (work: () => Promise<unknown>) => async () => {
    await delayP99Ms(probe);
    await work();
    return delayP99Ms(probe);
  };
  const figures = await takeTurns(
    {
      idle: during(() => sleep(sizes.seconds * 1000)),
      serving: during(() => serve(readers, sizes)),
      starting: during(() => Promise.all([serve(readers, sizes), starting()])),
    },
    rounds,
  );
  for (const program of [readers, followers]) await program.end();
  const theirs = { name: "the same at rest", values: figures.idle };
  const line = { goal: "P8", unit: "ms", theirs } as const;
  const what = "delay of the web process's event loop, p99";
  return [
    { ...line, what: `${what}: serving while ${sizes.sessions} sessions start`, ours: figures.starting, max: 3 },
    { ...line, what: `${what}: serving alone`, ours: figures.serving, max: null },
  ];
}

function serve(readers: Program, { ratePerSecond, seconds }: Sizes): Promise<unknown> {
  const paths = ["/api/v1/projects/READ/tasks?limit=50", "/api/v1/projects/READ", "/api/v1/queue"];
  return readers.ask({ paths, ratePerSecond, seconds } satisfies Requests);
}

/** Asked for one by one, as people do, and all over in the end. */
async function startSessions(product: JudgedProduct, projectId: string, sessions: number): Promise<void> {
  for (let n = 0; n < sessions; n++)
    await call(product, "POST", "/tasks/create-and-start", { projectId, title: "true" });
  await drained(product, projectId);
}

/** Since it was asked last. */
function delayP99Ms(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath }, (response) => {
      json(response).then((answer) => resolve((answer as { p99Ms: number }).p99Ms), reject);
    });
    asked.once("error", reject).end();
  });
}
