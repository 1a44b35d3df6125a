import { percentile, printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";
import { productTrees } from "../trees/product-trees.ts";
import { sandboxTrees } from "../trees/sandbox-trees.ts";
import { leftMs, type TreeRound } from "../trees/tree-round.ts";

/** Sessions whose processes try every way to get away, through the whole product and, by each means this machine has, one by one. */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const seed = Number(process.env.SEED ?? 3);
  const rounds = [
    await productTrees({ count: isLong ? 1_000 : 16, seed }),
    ...(await sandboxTrees({ count: isLong ? 250 : 8, seed })),
  ];
  printTable(
    [
      "by",
      "sessions",
      "processes that got away from them",
      "left after 5 s",
      "last one gone after the end, p50, p95, max, ms",
    ],
    rounds.map(({ by, sessions, started, left, lastMs }) => [
      by,
      sessions,
      started,
      left.length,
      [percentile(lastMs, 0.5), percentile(lastMs, 0.95), Math.max(0, ...lastMs)].map((ms) => ms.toFixed(0)).join(", "),
    ]),
  );
  const left = rounds.flatMap((round) => round.left);
  for (const sentence of left.slice(0, 30)) console.log(`LEFT: ${sentence}`);
  return {
    goal: `${leftMs / 1000} s after a session ends 0 processes left, over 1,000 sessions that double-fork, setsid, ignore SIGTERM, hold pipes`,
    measured: rounds.map(wordsOf).join("; "),
    isMet: left.length === 0,
    isCorrect: left.length === 0,
  };
}

const wordsOf = ({ by, sessions, started, left, lastMs }: TreeRound): string =>
  `${by}: ${left.length} of ${started} left over ${sessions} sessions, the last gone after ${Math.max(0, ...lastMs).toFixed(0)} ms`;
