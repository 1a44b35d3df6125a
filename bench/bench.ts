/** How much a bench does. */
export interface BenchOptions {
  /** Tiny sizes and one round: that it works at all, as a part of npm test. */
  isSmoke: boolean;
  /** Interleaved rounds, 5 unless asked otherwise; 1 in a smoke run. */
  rounds: number;
  /** How long a bench goes on that looks at what grows with time, 30 unless asked otherwise. */
  minutes: number;
  /** The directory for what it draws; a smoke run draws nothing there. */
  into: string;
}

/**
 * One line of the table. Less is always better: a rate is told as time an item. With `theirs` the goal is a ratio of the two
 * sides, taken in the same rounds; without, a figure of its own.
 */
export interface Measured {
  /** The number of the goal it belongs to: "P2". Several lines may share one. */
  goal: string;
  what: string;
  unit: "ms" | "s" | "MB" | "kB" | "%" | "×" | "calls";
  /** One figure a round, as many on both sides. */
  ours: readonly number[];
  theirs?: { name: string; values: readonly number[] };
  /** The largest ratio, or figure, that meets the goal; null: shown only. */
  max: number | null;
}

/** Each file of bench/benches exports this as `run`. It ends all it started and throws for what it could not do. */
export type RunBench = (options: BenchOptions) => Promise<Measured[]>;
