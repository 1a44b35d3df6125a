// npm run bench -- rest [seconds]: what the whole tree of processes costs when nothing happens (Linux). Needs a built product.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Product, startProduct } from "../e2e/product.ts";

const [seconds = 60] = process.argv.slice(3).map(Number);
const settleSeconds = 60;
const tickMs = 10;

const home = mkdtempSync(join(tmpdir(), "runboard-bench-"));
const fresh = await timed(() => startProduct({ home }));
await fresh.result.stop();
const again = await timed(() => startProduct({ home }));
const product = again.result;
try {
  await visit(product);
  console.log(`settling for ${settleSeconds} s, then measuring for ${seconds} s …`);
  await sleep(settleSeconds * 1000);
  const tree = treeOf(product.process.pid!);
  const before = tree.map(cpuTicks);
  await sleep(seconds * 1000);
  const cpuMs = tree.map((pid, index) => (cpuTicks(pid) - before[index]!) * tickMs);
  const rows = tree.map((pid, index) => ({ name: nameOf(pid), pssMb: pssKb(pid) / 1024, cpuMs: cpuMs[index]! }));
  const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0);

  console.log("| process | PSS, MB | CPU, ms |\n|---|---|---|");
  for (const name of new Set(rows.map((row) => row.name))) {
    const same = rows.filter((row) => row.name === name);
    console.log(
      `| ${name} (${same.length}) | ${same.reduce((a, row) => a + row.pssMb, 0).toFixed(0)} | ${same.reduce((a, row) => a + row.cpuMs, 0)} |`,
    );
  }
  console.log(`| all (${rows.length}) | ${sum((row) => row.pssMb).toFixed(0)} | ${sum((row) => row.cpuMs)} |`);
  console.log(`\nCPU at rest: ${((sum((row) => row.cpuMs) / (seconds * 1000)) * 100).toFixed(2)} % of a core`);
  console.log(
    `ready: ${(fresh.ms / 1000).toFixed(2)} s on a fresh home, ${(again.ms / 1000).toFixed(2)} s on a restart`,
  );
} finally {
  await product.stop();
  rmSync(home, { recursive: true, force: true });
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; ms: number }> {
  const began = performance.now();
  return { result: await work(), ms: performance.now() - began };
}

/** A page and a few reads, so that what is loaded on demand is loaded. */
async function visit({ url, token, api }: Product): Promise<void> {
  const page = await fetch(`${url}/p/DEMO`, { headers: { authorization: `Bearer ${token}` }, redirect: "error" });
  await page.text();
  await api("GET", "/projects/DEMO/tasks");
}

function treeOf(root: number): number[] {
  const children = readFileSync(`/proc/${root}/task/${root}/children`, "utf8").match(/\d+/g) ?? [];
  return [root, ...children.flatMap((pid) => treeOf(Number(pid)))];
}

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function pssKb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
}

function nameOf(pid: number): string {
  const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  if (line.includes("postgres")) return "PostgreSQL";
  return /(main|web|orchestrator|spawner-child)\.js/.exec(line)?.[1] ?? line.slice(0, 40);
}
