import type { CampaignOptions } from "./options.ts";
import type { RunResult } from "./run.ts";
import { planRun, type RunRequest } from "./run-plan.ts";
import { openWorkshop } from "./workshop.ts";

/** As many runs as asked for, each with the next seed. */
export const runCampaign = (options: CampaignOptions): Promise<RunResult[]> =>
  carryOutAll(
    Array.from({ length: options.runs }, (_, index) => ({ ...options, seed: options.seed + index })),
    options.parallel,
  );

/** Carries out the runs, so many at a time, and prints what each came to and the sums. Results in the order of the requests. */
export async function carryOutAll(requests: readonly RunRequest[], parallel: number): Promise<RunResult[]> {
  const workshop = await openWorkshop();
  const results: RunResult[] = [];
  let next = 0;
  const work = async () => {
    while (next < requests.length) {
      const index = next++;
      const request = requests[index]!;
      const name = `${request.shape ?? "any"}-${request.seed}`;
      const result = await workshop.carryOut(planRun(request), name);
      results[index] = result;
      console.log(lineOf(result));
      for (const violation of result.violations.slice(0, 12)) console.log(`    ${violation}`);
      if (result.violations.length > 0)
        console.log(`    kept: ${workshop.directoryOf(name)}\n    again: ${commandOf(request)}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: parallel }, work));
  workshop.close();
  console.log(sumsOf(results, (performance.now() - began) / 1000));
  return results;
}

/** How many processes were killed in it. */
export function killsOf({ faults }: RunResult): number {
  return faults.filter(({ kind, isDone }) => isDone && ["kill", "point", "reuse"].includes(kind)).length;
}

/** What one run came to, in a line. */
export function lineOf({ seed, seconds, faults, violations, sums }: RunResult): string {
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

function commandOf({ seed, tasks, kills, ...request }: RunRequest): string {
  const shape = request.shape ? ` --shape ${request.shape}` : "";
  const clean = request.isClean ? " --clean" : "";
  return `npm run campaign -- --seed ${seed} --tasks ${tasks} --kills ${kills}${shape}${clean}`;
}
