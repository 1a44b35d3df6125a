/** A source of chance that a seed repeats. Parts of a run draw from sources of their own, so that one more draw here changes nothing there. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 up to, not including, `below`. */
  under(below: number): number;
  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number;
  isTrue(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** `count` different ones, or all there are. */
  sample<Item>(items: readonly Item[], count: number): Item[];
  /** All of them in another order. */
  shuffle<Item>(items: readonly Item[]): Item[];
  /** By weights of any sum. */
  weighted<Item>(choices: readonly (readonly [weight: number, item: Item])[]): Item;
}

export function randomOf(seed: number, part: string): Random {
  let state = hash(`${seed}/${part}`);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <Item>(items: readonly Item[]): Item => items[between(0, items.length - 1)]!;
  const sample = <Item>(items: readonly Item[], count: number): Item[] => {
    const left = [...items];
    const taken = [];
    while (taken.length < count && left.length > 0) taken.push(...left.splice(between(0, left.length - 1), 1));
    return taken;
  };
  return {
    next,
    under: (below) => between(0, below - 1),
    between,
    pick,
    sample,
    isTrue: (probability) => next() < probability,
    shuffle: (items) => sample(items, items.length),
    weighted: (choices) => {
      let at = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of choices) {
        at -= weight;
        if (at < 0) return item;
      }
      return choices.at(-1)![1];
    },
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value;
}
