import { killsOf, runCampaign } from "../campaign/campaign.ts";
import { type Shape, shapes } from "../campaign/graph.ts";
import type { RowOptions, RowResult } from "../row.ts";

const shortTasks: Record<Shape, number> = { random: 60, layered: 60, chain: 30, "fan-in": 200, diamonds: 46 };

/** One graph of each shape under kills. Short: small ones. Long: 10,000 tasks and ten kills each. */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const told: string[] = [];
  let violations = 0;
  for (const shape of shapes) {
    const tasks = isLong ? 10_000 : shortTasks[shape];
    const kills = isLong ? 12 : 3;
    const options = { runs: 1, seed: 1, parallel: 1, isClean: false, bug: undefined, shape, tasks, kills };
    const [result] = await runCampaign(options);
    violations += result!.violations.length;
    told.push(
      `${shape}: ${result!.sums.sessions} sessions, ${killsOf(result!)} kills, ${Math.round(result!.seconds)} s`,
    );
  }
  return {
    goal: "10,000-task graphs (random, layered, chain, fan-in 5,000, diamond ladder), 5 % failures, 10 kills: invariants hold",
    measured: `${violations} violations; ${isLong ? 10_000 : "small"} tasks each; ${told.join("; ")}`,
    isMet: violations === 0,
    isCorrect: violations === 0,
  };
}
