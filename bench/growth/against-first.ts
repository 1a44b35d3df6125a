import type { BenchOptions, Measured } from "../bench.ts";
import { takeTurns } from "../rounds.ts";

/** The same at one size. */
export interface Grown {
  name: string;
  /** ms */
  figure: () => Promise<number>;
}

/** Each larger size against the smallest; the largest shall be no slower than half as much again. */
export async function againstFirst(
  what: string,
  grown: readonly Grown[],
  { rounds }: BenchOptions,
): Promise<Measured[]> {
  const figures = await takeTurns<string>(Object.fromEntries(grown.map(({ name, figure }) => [name, figure])), rounds);
  const [first, ...others] = grown.map(({ name }) => name);
  return others.map((name, index): Measured => {
    const max = index === others.length - 1 ? 1.5 : null;
    const theirs = { name: first!, values: figures[first!]! };
    return { goal: "P6", what: `${what}, ${name}`, unit: "ms", ours: figures[name]!, theirs, max };
  });
}
