/** One side of a comparison: a round of it, answering its figure. */
export type Side = (round: number) => Promise<number>;

/**
 * Lets the sides take turns, so that what the machine does besides falls on all of them; who begins changes with every round.
 * Answers each side's figures in the order of the rounds.
 */
export async function takeTurns<Name extends string>(
  sides: Record<Name, Side>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) figures[name].push(await sides[name](round));
  }
  return figures;
}

/** The middle one; the mean of the two in the middle. NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}

/** The middle one of so many, one after the other. */
export async function medianOf(times: number, one: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let n = 0; n < times; n++) figures.push(await one());
  return median(figures);
}

/** How long `work` took, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
