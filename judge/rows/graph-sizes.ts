import { carryOutAll, killsOf } from "../campaign/campaign.ts";
import { type Shape, shapes } from "../campaign/graph.ts";
import type { RowOptions, RowResult } from "../row.ts";

const shortTasks: Record<Shape, number> = { random: 40, layered: 40, chain: 16, "fan-in": 120, diamonds: 28 };

/** One graph of each shape under kills. Short: small ones, side by side. Long: 10,000 tasks and ten kills each. */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const requests = shapes.map((shape) => ({
    ...{ seed: 1, shape },
    ...(isLong ? { tasks: 10_000, kills: 12 } : { tasks: shortTasks[shape], kills: 2 }),
  }));
  const results = await carryOutAll(requests, isLong ? 1 : 3);
  const violations = results.flatMap((result) => result.violations);
  const told = results.map((result, index) => {
    const { shape, tasks } = requests[index]!;
    return `${shape} of ${tasks}: ${result.sums.sessions} sessions, ${killsOf(result)} kills, ${Math.round(result.seconds)} s`;
  });
  return {
    goal: "10,000-task graphs (random, layered, chain, fan-in 5,000, diamond ladder), 5 % failures, 10 kills: invariants hold",
    measured: `${violations.length} violations; ${told.join("; ")}`,
    isMet: violations.length === 0,
    isCorrect: violations.length === 0,
  };
}
