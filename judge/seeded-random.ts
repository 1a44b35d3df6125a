/** Random choices that are the same for the same seed. */
export interface SeededRandom {
  /** From 0 up to, not including, `below`; whole. */
  under(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
  shuffle<Item>(items: readonly Item[]): Item[];
}

/** Marsaglia's xorshift on 32 bits: plenty for choosing test cases. */
export function seededRandom(seed: number): SeededRandom {
  let state = (seed ^ 0x9e3779b9) | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const under = (below: number) => Math.floor(next() * below);
  return {
    under,
    pick: (items) => items[under(items.length)]!,
    shuffle: (items) => {
      const mixed = [...items];
      for (let last = mixed.length - 1; last > 0; last--) {
        const other = under(last + 1);
        [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
      }
      return mixed;
    },
  };
}
