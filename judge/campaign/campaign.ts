import type { CampaignOptions } from "./options.ts";
import type { RunResult } from "./run.ts";
import { planRun } from "./run-plan.ts";
import { openWorkshop } from "./workshop.ts";

/** Carries out the runs, some at a time, and prints what each came to and the sums. */
export async function runCampaign(options: CampaignOptions): Promise<RunResult[]> {
  const workshop = await openWorkshop();
  const results: RunResult[] = [];
  let next = options.seed;
  const work = async () => {
    while (next < options.seed + options.runs) {
      const seed = next++;
      const result = await workshop.carryOut(planRun({ ...options, seed }), String(seed));
      results.push(result);
      console.log(lineOf(result));
      for (const violation of result.violations.slice(0, 12)) console.log(`    ${violation}`);
      if (result.violations.length > 0)
        console.log(`    kept: ${workshop.directoryOf(String(seed))}\n    again: ${commandOf(options, seed)}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: options.parallel }, work));
  workshop.close();
  console.log(sumsOf(results, (performance.now() - began) / 1000));
  return results;
}

/** How many processes were killed in it. */
export function killsOf({ faults }: RunResult): number {
  return faults.filter(({ kind, isDone }) => isDone && ["kill", "point", "reuse"].includes(kind)).length;
}

function lineOf({ seed, seconds, faults, violations, sums }: RunResult): string {
  const done = faults
    .filter(({ isDone }) => isDone)
    .map(({ kind, target, place }) => (place ? `${kind} ${place}` : `${kind} ${target}`));
  const verdict = violations.length === 0 ? "held" : `BROKEN (${violations.length})`;
  const { tasks, sessions, events, calls, unanswered } = sums;
  return `seed ${seed}: ${verdict} in ${seconds.toFixed(1)} s; ${tasks} tasks, ${sessions} sessions, ${events} events, ${calls} writes (${unanswered} unanswered); ${done.join(", ") || "no faults"}`;
}

function sumsOf(results: readonly RunResult[], seconds: number): string {
  const sum = (of: (result: RunResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const broken = results.filter(({ violations }) => violations.length > 0);
  const kills = results.map(killsOf);
  const lines = [
    `\n${results.length} runs in ${Math.round(seconds)} s: ${broken.length} broken with ${sum(({ violations }) => violations.length)} violations`,
    `${sum(({ sums }) => sums.tasks)} tasks, ${sum(({ sums }) => sums.sessions)} sessions, ${sum(({ sums }) => sums.events)} events, ${sum(({ sums }) => sums.calls)} writes`,
    `${sum(({ faults }) => faults.filter(({ isDone }) => isDone).length)} faults, ${sum(killsOf)} of them kills (${Math.min(...kills)} to ${Math.max(...kills)} a run)`,
    ...(broken.length > 0 ? [`broken seeds: ${broken.map(({ seed }) => seed).join(", ")}`] : []),
  ];
  return lines.join("\n");
}

function commandOf(options: CampaignOptions, seed: number): string {
  const shape = options.shape ? ` --shape ${options.shape}` : "";
  const clean = options.isClean ? " --clean" : "";
  return `npm run campaign -- --seed ${seed} --tasks ${options.tasks} --kills ${options.kills}${shape}${clean}`;
}
