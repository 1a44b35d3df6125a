import { setTimeout as sleep } from "node:timers/promises";
import { type Product, startProduct } from "../../e2e/product.ts";
import { printTable } from "../../judge/numbers.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { call } from "../call.ts";
import { cpuMs, pssMb, type TreeProcess, treeOf } from "../process-tree.ts";

// What the whole tree of processes costs when nothing happens: as `npm start` leaves it, with the demo and a page visited once.

const full = { settleSeconds: 60, seconds: 60 };
const smoke = { settleSeconds: 0, seconds: 1 };

interface Rest extends TreeProcess {
  pssMb: number;
  cpuMs: number;
}

export async function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const { settleSeconds, seconds } = isSmoke ? smoke : full;
  const product = await startProduct();
  try {
    await visit(product);
    await sleep(settleSeconds * 1000);
    const rests: Rest[][] = [];
    for (let round = 0; round < rounds; round++) rests.push(await restFor(product, seconds));
    printByProgram(rests.at(-1)!, seconds);
    const line = (what: string, of: "pssMb" | "cpuMs"): Pick<Measured, "goal" | "what" | "ours"> => ({
      goal: "P12",
      what,
      ours: rests.map((rest) => sum(rest, of) / (of === "cpuMs" ? seconds * 10 : 1)),
    });
    return [
      { ...line("memory of the whole tree at rest, PSS", "pssMb"), unit: "MB", max: 350 },
      {
        ...line(`processor time of the whole tree at rest, share of a core over ${seconds} s`, "cpuMs"),
        unit: "%",
        max: 0.3,
      },
    ];
  } finally {
    await product.stop();
  }
}

/** A page and a few reads, so that what is loaded on demand is loaded. */
async function visit(product: Product): Promise<void> {
  const headers = { authorization: `Bearer ${product.token}` };
  const page = await fetch(`${product.url}/p/DEMO`, { headers, redirect: "error" });
  await page.text();
  await call(product, "GET", "/projects/DEMO/tasks");
}

async function restFor(product: Product, seconds: number): Promise<Rest[]> {
  const tree = treeOf(product.process.pid!);
  const before = tree.map(({ pid }) => cpuMs(pid));
  await sleep(seconds * 1000);
  return tree.map((one, index) => ({ ...one, pssMb: pssMb(one.pid), cpuMs: cpuMs(one.pid) - before[index]! }));
}

function printByProgram(rest: readonly Rest[], seconds: number): void {
  const rows = [...new Set(rest.map(({ name }) => name))].map((name) => {
    const same = rest.filter((one) => one.name === name);
    return [`${name} (${same.length})`, sum(same, "pssMb").toFixed(0), sum(same, "cpuMs")];
  });
  printTable(["process", "PSS, MB", `CPU in ${seconds} s, ms`], rows);
}

const sum = (rest: readonly Rest[], of: "pssMb" | "cpuMs"): number => rest.reduce((total, one) => total + one[of], 0);
