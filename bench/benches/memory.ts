import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../e2e/product.ts";
import { type JudgedProduct, newProject } from "../../judge/judged-product.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { call } from "../call.ts";
import { fillBoard } from "../cards/fill-board.ts";
import { withProduct } from "../carriers/product-carrier.ts";
import { pssMb, rssMb, treeOf } from "../process-tree.ts";
import { startProgram } from "../program.ts";

// What the product's processes keep in memory, and what a socket, a session and a queue of many tasks add to that.

interface Sizes {
  /** What was loaded and thrown away is given back meanwhile. */
  settleSeconds: number;
  sockets: number;
  sessions: number;
  queued: number;
}
const full: Sizes = { settleSeconds: 15, sockets: 1000, sessions: 20, queued: 100_000 };
const smoke: Sizes = { settleSeconds: 0, sockets: 3, sessions: 2, queued: 20 };

interface Round {
  overNodeMb: number;
  perSocketKb: number;
  perSessionMb: number;
  forQueueMb: number;
}

export async function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const sizes = isSmoke ? smoke : full;
  const seen: Round[] = [];
  for (let round = 0; round < rounds; round++) seen.push(await measure(sizes));
  const line = (what: string, of: keyof Round, max: number): Omit<Measured, "unit"> => ({
    goal: "P7",
    what,
    ours: seen.map((round) => round[of]),
    max,
  });
  return [
    { ...line("orchestrator at rest, RSS over bare Node's", "overNodeMb", 60), unit: "MB" },
    { ...line(`orchestrator's growth by ${sizes.queued} queued tasks`, "forQueueMb", 10), unit: "MB" },
    {
      ...line(`a running session, of ${sizes.sessions}: orchestrator, helper and wrapper`, "perSessionMb", 2),
      unit: "MB",
    },
    { ...line(`web's growth by a socket, of ${sizes.sockets}`, "perSocketKb", 50), unit: "kB" },
  ];
}

async function measure(sizes: Sizes): Promise<Round> {
  const ofVisitors = await onFreshProduct(sizes, async (product) => ({
    overNodeMb: rssMb(pidOf(product, "orchestrator")) - (await bareNodeMb()),
    perSocketKb: await perSocketKb(product, sizes),
    perSessionMb: await perSessionMb(product, sizes),
  }));
  return { ...ofVisitors, forQueueMb: await onFreshProduct(sizes, (product) => forQueueMb(product, sizes)) };
}

/** What has been in memory once does not leave it quite. */
async function onFreshProduct<Result>(
  { sessions, settleSeconds }: Sizes,
  work: (product: JudgedProduct) => Promise<Result>,
): Promise<Result> {
  const settled = async (product: JudgedProduct) => {
    await sleep(settleSeconds * 1000);
    return work(product);
  };
  return withProduct(settled, { TASK_MAX_CONCURRENT: String(sessions) });
}

function pidOf(product: JudgedProduct, name: string): number {
  const found = treeOf(product.process.pid!).find((one) => one.name === name);
  if (found === undefined) throw new Error(`The product has no process ${name}. This bench reads /proc (Linux).`);
  return found.pid;
}

async function bareNodeMb(): Promise<number> {
  const node = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6); console.log()"]);
  await new Promise((begun) => node.stdout.once("data", begun));
  const mb = rssMb(node.pid!);
  node.kill();
  return mb;
}

async function perSocketKb(product: JudgedProduct, { sockets, settleSeconds }: Sizes): Promise<number> {
  const { url, token } = product;
  const projectId = await newProject(product, "sockets");
  const web = pidOf(product, "web");
  const clients = await startProgram("push/io-clients.ts", { url, token, projectId, sockets: 1 });
  const before = rssMb(web);
  await clients.ask({ open: sockets });
  await sleep(settleSeconds * 1000);
  const grownMb = rssMb(web) - before;
  await clients.end();
  return (grownMb * 1024) / sockets;
}

/** All that is there because of them, but their commands. */
async function perSessionMb(product: JudgedProduct, { sessions, settleSeconds }: Sizes): Promise<number> {
  const projectId = await newProject(product, "sessions", { maxConcurrentSessions: sessions });
  const taskIds: string[] = [];
  const begin = async () => {
    const fields = { projectId, title: "sleeps", spec: { command: "sleep", args: ["3000"] } };
    taskIds.push((await call<{ task: { id: string } }>(product, "POST", "/tasks/create-and-start", fields)).task.id);
  };
  // The first one loads what is loaded on demand.
  await begin();
  await running(product, projectId, 1);
  const before = ofSessionsMb(product);
  for (let n = 1; n < sessions; n++) await begin();
  await running(product, projectId, sessions);
  await sleep(settleSeconds * 1000);
  const grownMb = ofSessionsMb(product) - before;
  for (const id of taskIds) await call(product, "POST", `/tasks/${id}/cancel`, {});
  await eventually(async () => treeOf(pidOf(product, "orchestrator")).every(({ name }) => !name.startsWith("sleep")));
  return grownMb / (sessions - 1);
}

const running = (product: JudgedProduct, projectId: string, sessions: number) =>
  eventually(async () => {
    const { items } = await call<{ items: object[] }>(
      product,
      "GET",
      `/sessions?projectId=${projectId}&status=RUNNING`,
    );
    return items.length === sessions;
  }, 60_000);

function ofSessionsMb(product: JudgedProduct): number {
  const orchestrator = treeOf(pidOf(product, "orchestrator")).filter(({ name }) => !name.startsWith("sleep"));
  return orchestrator.reduce((sum, { pid }) => sum + pssMb(pid), 0);
}

async function forQueueMb(product: JudgedProduct, { queued, settleSeconds }: Sizes): Promise<number> {
  const orchestrator = pidOf(product, "orchestrator");
  const values = { maxConcurrentPerAgentType: { cli: 0 }, maxQueueSize: 1_000_000 };
  await call(product, "PATCH", "/config", { values });
  const putInQueue = async (name: string, count: number) => {
    const projectId = await newProject(product, name);
    await fillBoard(product, projectId, count);
    await call(product, "PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: true });
    await eventually(async () => {
      const { counts } = await call<{ counts: { QUEUED: number } }>(product, "GET", `/projects/${projectId}`);
      return counts.QUEUED === count;
    }, 900_000);
    await sleep(settleSeconds * 1000);
    return rssMb(orchestrator);
  };
  // The first ones load what is loaded on demand.
  const before = await putInQueue("few", queued / 20);
  return (await putInQueue("many", queued)) - before;
}
