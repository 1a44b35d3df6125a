/** How much a row does: its short form belongs to the everyday suite, its long form is what docs/reliability.md shows. */
export interface RowOptions {
  isLong: boolean;
}

/** What a row of docs/reliability.md came to. Texts go into one cell of a table each. */
export interface RowResult {
  goal: string;
  measured: string;
  /** Whether the numbers hold on this machine, times included. Never fails anything. */
  isMet: boolean;
  /** Whether everything that must never happen did not happen. This alone fails the suite. */
  isCorrect: boolean;
}

/** Each file of judge/rows exports this as `run`. It prints its own numbers, ends all it started and throws for what it could not do. */
export type RunRow = (options: RowOptions) => Promise<RowResult>;
