import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTestBuild } from "../build.ts";
import { bugs, type SeededBug } from "./bugs.ts";
import type { CampaignOptions } from "./options.ts";
import { processesIn, send } from "./processes.ts";
import { carryOut, type RunResult } from "./run.ts";
import { planRun } from "./run-plan.ts";
import { makeTemplateHome } from "./template-home.ts";

/** Prints what each run came to and the sums. True: no promise was broken, or every seeded bug was found. */
export async function runCampaign(options: CampaignOptions): Promise<boolean> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "rb-campaign-")));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abandon(root));
  const template = await makeTemplateHome(join(root, "template"));
  const chosen =
    options.bug === undefined ? [] : bugs.filter(({ name }) => options.bug === "all" || options.bug === name);
  if (options.bug !== undefined && chosen.length === 0) {
    console.log(`There is no seeded bug ${options.bug}. There are: ${bugs.map(({ name }) => name).join(", ")}.`);
    return false;
  }
  try {
    if (options.bug === undefined) return await runAll(options, { root, template });
    let isEachFound = true;
    for (const bug of chosen) isEachFound = (await hunt(bug, options, { root, template })) && isEachFound;
    return isEachFound;
  } finally {
    rmSync(template, { recursive: true, force: true });
  }
}

/** Asked to end: what runs is ended with us. */
function abandon(root: string): never {
  for (const { pid } of processesIn(root)) send(pid, "SIGKILL");
  rmSync(root, { recursive: true, force: true });
  process.exit(130);
}

interface Place {
  root: string;
  template: string;
}

async function runAll(options: CampaignOptions, { root, template }: Place): Promise<boolean> {
  const build = await makeTestBuild({ patches: [], pages: "shipped" });
  const results: RunResult[] = [];
  for (let index = 0; index < options.runs; index++) {
    const seed = options.seed + index;
    const directory = join(root, String(seed));
    const result = await carryOut(planRun({ ...options, seed }), { build, template, directory, sqlPatches: [] });
    results.push(result);
    console.log(lineOf(result));
    for (const violation of result.violations.slice(0, 12)) console.log(`    ${violation}`);
    if (result.violations.length > 0) {
      console.log(`    kept: ${directory}\n    again: ${commandOf(options, seed)}`);
    }
  }
  rmSync(build, { recursive: true, force: true });
  report(results);
  return results.every(({ violations }) => violations.length === 0);
}

/** Until it is found, in so many runs at most. */
async function hunt(bug: SeededBug, options: CampaignOptions, { root, template }: Place): Promise<boolean> {
  const build = await makeTestBuild({ patches: bug.patches, pages: bug.isInApi ? "own" : "shipped" });
  try {
    for (let index = 0; index < options.runs; index++) {
      const seed = options.seed + index;
      const directory = join(root, `${bug.name}-${seed}`);
      const plan = planRun({ ...options, tasks: Math.min(options.tasks, 120), seed, needs: bug.needs });
      const result = await carryOut(plan, { build, template, directory, sqlPatches: bug.sqlPatches });
      rmSync(directory, { recursive: true, force: true });
      const expected = result.violations.filter((text) => bug.breaks.some((name) => text.startsWith(name)));
      if (expected.length > 0) {
        console.log(
          `${bug.name}: found in run ${index + 1} (seed ${seed}, ${result.seconds.toFixed(1)} s)\n    ${expected[0]}`,
        );
        return true;
      }
      if (result.violations.length > 0)
        console.log(`${bug.name}, seed ${seed}: not what was expected: ${result.violations[0]}`);
    }
    console.log(`${bug.name}: NOT FOUND in ${options.runs} runs`);
    return false;
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}

function lineOf({ seed, seconds, faults, violations, sums }: RunResult): string {
  const done = faults
    .filter(({ isDone }) => isDone)
    .map(({ kind, target, place }) => (place ? `${kind} ${place}` : `${kind} ${target}`));
  const verdict = violations.length === 0 ? "held" : `BROKEN (${violations.length})`;
  return `seed ${seed}: ${verdict} in ${seconds.toFixed(1)} s; ${sums.tasks} tasks, ${sums.sessions} sessions, ${sums.events} events, ${sums.calls} writes (${sums.unanswered} unanswered); ${done.join(", ") || "no faults"}`;
}

export function killsOf({ faults }: RunResult): number {
  return faults.filter(({ kind, isDone }) => isDone && ["kill", "point", "reuse"].includes(kind)).length;
}

function report(results: readonly RunResult[]): void {
  const sum = (of: (result: RunResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const broken = results.filter(({ violations }) => violations.length > 0);
  const kills = results.map(killsOf);
  console.log(
    `\n${results.length} runs in ${Math.round(sum(({ seconds }) => seconds))} s: ${broken.length} broken (${sum(({ violations }) => violations.length)} violations), ` +
      `${sum(({ sums }) => sums.tasks)} tasks, ${sum(({ sums }) => sums.sessions)} sessions, ${sum(killsOf)} kills (${Math.min(...kills)} to ${Math.max(...kills)} a run), ` +
      `${sum(({ faults }) => faults.filter(({ isDone }) => isDone).length)} faults`,
  );
  if (broken.length > 0) console.log(`broken: ${broken.map(({ seed }) => seed).join(", ")}`);
}

function commandOf(options: CampaignOptions, seed: number): string {
  const shape = options.shape ? ` --shape ${options.shape}` : "";
  return `npm run campaign -- --seed ${seed} --tasks ${options.tasks} --kills ${options.kills}${shape}${options.isClean ? " --clean" : ""}`;
}
