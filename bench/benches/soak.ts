import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type JudgedProduct, newProject } from "../../judge/judged-product.ts";
import { printTable } from "../../judge/numbers.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { call } from "../call.ts";
import { withProduct } from "../carriers/product-carrier.ts";
import { machine } from "../machine.ts";
import { type Churn, capacity, startChurn } from "../soak/churn.ts";
import { pictureOf } from "../soak/picture.ts";
import { growing, type Sample, takeSample } from "../soak/sample.ts";
import { type Series, seriesOf, type Trend, trendOf } from "../soak/trend.ts";

// A working day in small: about a third of what the machine can do, for as long as is asked, with tasks, clones and sockets that come
// and go. What is kept, open or stored has to stay level in the second half.

const load = 0.3;

interface Sizes {
  seconds: number;
  everySeconds: number;
  /** To see what the machine can do. */
  trial: number;
  sockets: number;
  keptTasks: number;
}
const full = { everySeconds: 10, trial: 300, sockets: 50, keptTasks: 300 };
const smoke: Sizes = { seconds: 3, everySeconds: 0.5, trial: 4, sockets: 5, keptTasks: 4 };

export async function run({ isSmoke, minutes, into }: BenchOptions): Promise<Measured[]> {
  const sizes = isSmoke ? smoke : { ...full, seconds: minutes * 60 };
  return withProduct(async (product) => {
    // Else directories of failed sessions stay a day to be looked at.
    await call(product, "PATCH", "/config", { values: { failedWorkingCopyRetentionSeconds: 60 } });
    const tasksPerSecond = load * (await capacity(product, await newProject(product, "trial"), sizes.trial));
    console.log(
      `${tasksPerSecond.toFixed(2)} tasks a second for ${(sizes.seconds / 60).toFixed(1)} minutes, to the end of the last`,
    );
    const { samples, tasks } = await soak(product, sizes, tasksPerSecond);
    const series = seriesOf(samples);
    const title = `${(sizes.seconds / 60).toFixed(0)} minutes, ${tasks} tasks at ${tasksPerSecond.toFixed(1)} a second`;
    if (!isSmoke) write(into, series, title);
    return told(series, title);
  });
}

interface Soaked {
  samples: { seconds: number; sample: Sample }[];
  tasks: number;
}

async function soak(product: JudgedProduct, sizes: Sizes, tasksPerSecond: number): Promise<Soaked> {
  const { seconds, everySeconds } = sizes;
  const projectId = await newProject(product, "soak");
  const churn: Churn = await startChurn(product, { projectId, tasksPerSecond, ...sizes });
  const samples: Soaked["samples"] = [];
  const began = performance.now();
  for (let due = 0; due <= seconds; due += everySeconds) {
    await sleep(Math.max(0, began + due * 1000 - performance.now()));
    await churn.changeSockets();
    const sample = await takeSample(product, projectId, join(product.directory, "repository-soak"));
    samples.push({ seconds: (performance.now() - began) / 1000, sample });
  }
  await churn.stop();
  return { samples, tasks: churn.tasks() };
}

function write(directory: string, series: readonly Series[], title: string): void {
  mkdirSync(directory, { recursive: true });
  const rows = series[0]!.seconds.map((at, n) => [at.toFixed(0), ...series.map(({ values }) => values[n]!.toFixed(2))]);
  const head = ["seconds", ...series.map(({ name }) => `"${name}"`)];
  writeFileSync(join(directory, "soak.csv"), `${[head, ...rows].map((row) => row.join(",")).join("\n")}\n`);
  writeFileSync(join(directory, "soak.svg"), pictureOf(series, `${title}; ${machine()}`));
}

/** Level: what the second half surely gained, by the straight line through it, is at most a twentieth. */
function told(series: readonly Series[], title: string): Measured[] {
  const trends = series.map((one) => ({ name: one.name, ...trendOf(one) }));
  const cells = ({ name, mean, perHour, gainedShare }: Trend & { name: string }) => [
    name,
    mean.toPrecision(3),
    perHour.toPrecision(2),
    `${(gainedShare * 100).toFixed(1)} %`,
  ];
  console.log(title);
  printTable(["second half", "mean", "slope an hour", "gained"], trends.map(cells));
  return trends.map(({ name, surelyGainedShare }) => ({
    goal: "soak",
    what: `${name}: surely gained in the second half${growing.has(name) ? ", with the work done" : ""}`,
    unit: "%",
    ours: [surelyGainedShare * 100],
    max: growing.has(name) ? null : 5,
  }));
}
