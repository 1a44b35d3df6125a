import type { BenchOptions, Measured, RunBench } from "../bench.ts";
import { againstFirst } from "../growth/against-first.ts";
import { firstInLine } from "../growth/first-in-line.ts";
import { type GrownInstance, growInstance } from "../growth/grown-instance.ts";
import { board, claimAndComplete, explain, type Question, replay } from "../growth/questions.ts";
import { resultsKept } from "../growth/results-kept.ts";
import { medianOf, timed } from "../rounds.ts";
import { onStage, type Stage } from "../stage.ts";

const questions: Record<string, { of: (instance: GrownInstance) => Promise<Question>; asked: number }> = {
  "claim + complete, one turn": { of: claimAndComplete, asked: 100 },
  "explain one task": { of: explain, asked: 40 },
  "the board's first pages": { of: board, asked: 10 },
  "a page of the journal": { of: replay, asked: 40 },
};
const present = { approved: 3_000, queued: 2_000 };

/** P6. What is asked all the time, on instances that differ only in how many tasks they have completed. */
export const run: RunBench = (options) =>
  onStage(async (stage) => {
    const instances = await grow(stage, options);
    const lines: Measured[] = [];
    for (const what of Object.keys(questions)) lines.push(...(await compare(what, instances, options)));
    const kept = await againstFirst("a session's clone, commit and branch", await resultsKept(stage, options), options);
    return [...lines, ...kept, ...(await firstInLine(stage, options))];
  });

async function grow(stage: Stage, { isSmoke }: BenchOptions): Promise<GrownInstance[]> {
  const instances: GrownInstance[] = [];
  for (const past of isSmoke ? [50, 500] : [1_000, 10_000, 100_000, 1_000_000]) {
    const size = { past, ...(isSmoke ? { approved: 30, queued: 20 } : present) };
    const tookMs = await timed(async () => instances.push(await growInstance(stage, size)));
    console.log(`a past of ${past.toLocaleString("en")} tasks: made in ${(tookMs / 1000).toFixed(1)} s`);
  }
  return instances;
}

async function compare(what: string, instances: readonly GrownInstance[], options: BenchOptions): Promise<Measured[]> {
  const { of, asked } = questions[what]!;
  const times = options.isSmoke ? 2 : asked;
  const grown = instances.map(async (instance) => {
    const ask = await of(instance);
    return { name: nameOf(instance), figure: () => medianOf(times, () => timed(ask)) };
  });
  return againstFirst(what, await Promise.all(grown), options);
}

const nameOf = ({ past }: GrownInstance): string => `after ${past.toLocaleString("en")} tasks`;
