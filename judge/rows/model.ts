import fc from "fast-check";
import { createTurns } from "../../server/orchestrator/turns.ts";
import { type EngineMistake, engineMistakes } from "../model/engine/mistakes.ts";
import { startModelDatabase } from "../model/engine/model-database.ts";
import { type Trial, tryEngine, tryMistake } from "../model/engine/trial.ts";
import { propertyWith, turnsMistakes } from "../model/turns/mistakes.ts";
import { turnsProperty } from "../model/turns/turns-model.ts";
import { printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";

const runsToCatch = 20;

/** Of the engine's mistakes, those the short form makes: one for each kind of rule. */
const everyday = [
  "takes a report from whoever sends it",
  "forgets an event on the way back from a retry",
  "keeps no processes between two attempts apart",
  "starts a retry before its time",
  "counts limits without the projects' locks",
  "releases the dependents of a failure",
  "keeps failures over a reopening",
  "numbers events outside the lock",
  "counts no failures",
  "counts losses as failures",
];

interface Line {
  what: string;
  /** The run, from 1, that noticed each time it was tried; null: none did. */
  caught: (number | null)[];
}

/**
 * The scheduler's core under the model: no alarm in clean runs, every seeded mistake caught. SEED: the first of the seeds.
 * ONLY: mistakes whose name holds it, and no clean runs.
 */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const seed = Number(process.env.SEED ?? 1);
  const only = process.env.ONLY ?? "";
  const seeds = isLong ? [seed, seed + 1, seed + 2] : [seed];
  const [engineRuns, turnsRuns, maxCommands] = isLong ? [1000, 10_000, 400] : [6, 60, 200];
  const alarms =
    only === ""
      ? [...(await cleanTurns(turnsRuns, seed)), ...(await cleanEngine({ numRuns: engineRuns, seed, maxCommands }))]
      : [];
  for (const alarm of alarms) console.log(`ALARM: ${alarm}`);
  const chosen = engineMistakes.filter(({ name }) =>
    isLong || only !== "" ? name.includes(only) : everyday.includes(name),
  );
  const lines = [
    ...(await mistakenTurns(seeds, only)),
    ...(await mistakenEngines(seeds, { mistakes: chosen, maxCommands })),
  ];
  printTable(
    ["mistake", `noticed in run, of ${runsToCatch} at most`],
    lines.map(({ what, caught }) => [what, caught.map((one) => one ?? "never").join(", ")]),
  );
  const missed = lines.filter(({ caught }) => caught.includes(null));
  const isRight = alarms.length === 0 && missed.length === 0;
  return {
    goal: "every seeded mistake caught within 20 runs; no alarm in clean runs",
    measured: `${lines.length - missed.length} of ${lines.length} mistakes caught with ${seeds.length} seeds each; ${alarms.length} alarms in ${engineRuns} clean runs of the engine and ${turnsRuns} of the turns`,
    isMet: isRight,
    isCorrect: isRight,
  };
}

async function cleanTurns(numRuns: number, seed: number): Promise<string[]> {
  const found = await fc.check(turnsProperty(createTurns) as fc.IAsyncProperty<unknown>, { numRuns, seed });
  return found.failed ? [fc.defaultReportMessage(found) ?? ""] : [];
}

async function cleanEngine(trial: Trial): Promise<string[]> {
  const database = await startModelDatabase();
  try {
    const { run: alarmed, what, replay } = await tryEngine(database, trial);
    return alarmed === null ? [] : [`${what}\n${replay}`];
  } finally {
    await database.stop();
  }
}

async function mistakenTurns(seeds: readonly number[], only: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const mistake of turnsMistakes.filter(({ name }) => name.includes(only))) {
    const property = await propertyWith(mistake);
    const caught: Line["caught"] = [];
    for (const seed of seeds) {
      const { failed, numRuns } = await fc.check(property, { numRuns: runsToCatch, seed, endOnFailure: true });
      caught.push(failed ? numRuns : null);
    }
    lines.push({ what: `an orchestrator that ${mistake.name}`, caught });
  }
  return lines;
}

async function mistakenEngines(
  seeds: readonly number[],
  { mistakes, maxCommands }: { mistakes: readonly EngineMistake[]; maxCommands: number },
): Promise<Line[]> {
  const database = await startModelDatabase();
  const lines: Line[] = [];
  try {
    for (const mistake of mistakes) {
      const caught: Line["caught"] = [];
      for (const seed of seeds)
        caught.push((await tryMistake(database, mistake, { numRuns: runsToCatch, seed, maxCommands })).run);
      lines.push({ what: `an engine that ${mistake.name}`, caught });
      console.log(`${mistake.name}: ${caught.join(", ")}`);
    }
  } finally {
    await database.stop();
  }
  return lines;
}
