import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../e2e/product.ts";
import { livingByWay, wayOutScript } from "../../server/sandbox/conformance/ways-out.ts";
import { type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { type Random, randomOf } from "../random.ts";
import { chooseWays, endAll, groupsOf, leftMs, type TreeOptions, type TreeRound, tell } from "./tree-round.ts";

const atOnce = 4;
const graceMs = 1_000;
const lookMs = 100;

/** One task of the round, by the number in its words. */
interface Tree {
  n: number;
  taskId: string;
  isToBeCancelled: boolean;
}

interface Ended {
  taskId: string;
  sessionId: string;
  /** How long ago, on the database's clock. */
  sinceMs: number;
}

/** Tasks whose commands leave descendants and exit, or are cancelled, in the product as it is. */
export async function productTrees({ count, seed }: TreeOptions): Promise<TreeRound> {
  const product = await startJudged({ TASK_MAX_CONCURRENT: String(atOnce), RUNBOARD_GRACE_MS: String(graceMs) });
  const prefix = `tree-${process.pid}-product-`;
  try {
    const trees = await queueTrees(product, { count, random: randomOf(seed, "product"), prefix });
    return tell(await watchTrees(product, trees, prefix));
  } finally {
    endAll(prefix);
    await product.stop();
  }
}

async function queueTrees(
  product: JudgedProduct,
  { count, random, prefix }: { count: number; random: Random; prefix: string },
): Promise<Tree[]> {
  const projectId = await newProject(product, "trees");
  const plans = Array.from({ length: count }, (_, n) => ({ n, isToBeCancelled: random.under(3) === 0 }));
  const tasks = plans.map(({ n, isToBeCancelled }) => {
    const andThen = isToBeCancelled ? "sleep 1000; :" : `sleep 0.3; exit ${random.under(2)}`;
    const script = wayOutScript(`${prefix}${n}-`, chooseWays(random, "every sign shed"), andThen);
    return {
      title: `tree ${n}`,
      maxAttempts: 1,
      spec: { command: "sh", args: ["-c", `cd "$TMPDIR"\n${script}`] },
    };
  });
  const made = await product.api<{ items: { id: string }[] }>("POST", `/projects/${projectId}/tasks/batch`, { tasks });
  const trees = plans.map((plan, index) => ({ ...plan, taskId: made.body.items[index]!.id }));
  for (const { taskId } of trees) await product.api("POST", "/sessions", { taskId });
  return trees;
}

async function watchTrees(product: JudgedProduct, trees: readonly Tree[], prefix: string): Promise<TreeRound> {
  const byTask = new Map(trees.map((tree) => [tree.taskId, tree]));
  const round: TreeRound = { by: "the product", sessions: trees.length, started: 0, left: [], lastMs: [] };
  const seen = new Map<number, Set<number>>();
  const lastMs = new Map<number, number>(trees.map(({ n }) => [n, 0]));
  const cancelled = new Set<number>();
  const sessionIds = new Set<string>();
  for (let judged = 0; judged < trees.length; ) {
    const running = livingByTree(prefix);
    for (const [n, pids] of running) seen.set(n, new Set([...(seen.get(n) ?? []), ...pids]));
    await cancelSome(product, { trees, running, cancelled });
    const ended = await endedOf(product, [...byTask.keys()]);
    const living = livingByTree(prefix);
    for (const { taskId, sessionId, sinceMs } of ended) {
      const { n } = byTask.get(taskId)!;
      const isAlive = (living.get(n) ?? []).length > 0;
      if (isAlive) lastMs.set(n, sinceMs);
      if (sinceMs < leftMs) continue;
      if (isAlive) round.left.push(`in the product: ${[...livingByWay(`${prefix}${n}-`).keys()].join(", ")}`);
      byTask.delete(taskId);
      sessionIds.add(sessionId);
      judged++;
    }
    await sleep(lookMs);
  }
  await eventually(async () => groupsOf(sessionIds).length === 0).catch(() => {});
  round.left.push(...groupsOf(sessionIds).map((name) => `in the product: the control group ${name}`));
  round.started = [...seen.values()].reduce((total, pids) => total + pids.size, 0);
  round.lastMs = [...lastMs.values()];
  return round;
}

/** Those that never end by themselves, as soon as all they start is seen to live. */
async function cancelSome(
  { api, database }: JudgedProduct,
  { trees, running, cancelled }: { trees: readonly Tree[]; running: Map<number, number[]>; cancelled: Set<number> },
): Promise<void> {
  for (const { n, taskId, isToBeCancelled } of trees) {
    if (!isToBeCancelled || cancelled.has(n) || (running.get(n) ?? []).length < 2) continue;
    const { rows } = await database.query(`SELECT id FROM "Session" WHERE "taskId" = $1 AND status = 'RUNNING'`, [
      taskId,
    ]);
    if (rows.length === 0) continue;
    cancelled.add(n);
    await api("POST", `/sessions/${rows[0].id}/cancel`);
  }
}

async function endedOf({ database }: JudgedProduct, taskIds: string[]): Promise<Ended[]> {
  const { rows } = await database.query<Ended>(
    `SELECT "taskId", id AS "sessionId", (extract(epoch FROM clock_timestamp() - "endedAt") * 1000)::float8 AS "sinceMs"
     FROM "Session" WHERE "taskId" = ANY ($1::uuid[]) AND "endedAt" IS NOT NULL`,
    [taskIds],
  );
  return rows;
}

/** The pids of living processes by the number of their task. */
function livingByTree(prefix: string): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const [rest, pids] of livingByWay(prefix)) {
    const n = Number(rest.slice(0, rest.indexOf("-")));
    found.set(n, [...(found.get(n) ?? []), ...pids]);
  }
  return found;
}
