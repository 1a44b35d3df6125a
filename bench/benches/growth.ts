import type { BenchOptions, Measured, RunBench } from "../bench.ts";
import { firstInLine } from "../growth/first-in-line.ts";
import { type GrownInstance, growInstance } from "../growth/grown-instance.ts";
import { board, claimAndComplete, explain, type Question, replay } from "../growth/questions.ts";
import { median, takeTurns, timed } from "../rounds.ts";
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
    return [...lines, ...(await firstInLine(stage, options))];
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

/** Each larger instance against the smallest; the largest shall be no slower than half as much again. */
async function compare(what: string, instances: readonly GrownInstance[], { isSmoke, rounds }: BenchOptions) {
  const { of, asked } = questions[what]!;
  const sides = instances.map(async (instance) => {
    const ask = await of(instance);
    return [nameOf(instance), () => medianOf(ask, isSmoke ? 2 : asked)] as const;
  });
  const figures = await takeTurns<string>(Object.fromEntries(await Promise.all(sides)), rounds);
  const [first, ...others] = instances.map(nameOf);
  return others.map((name, index): Measured => {
    const max = index === others.length - 1 ? 1.5 : null;
    const theirs = { name: first!, values: figures[first!]! };
    return { goal: "P6", what: `${what}, ${name}`, unit: "ms", ours: figures[name]!, theirs, max };
  });
}

const nameOf = ({ past }: GrownInstance): string => `after ${past.toLocaleString("en")} tasks`;

async function medianOf(ask: Question, times: number): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) taken.push(await timed(ask));
  return median(taken);
}
