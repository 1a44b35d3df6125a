import type { CommandLine, Graph } from "./graph.ts";

export interface Drain {
  graph: Graph;
  concurrency: number;
  /** Left out: each task is a call that does nothing. */
  commandLine?: CommandLine;
}

/** One side of a comparison: carries a graph out, each task after those it needs. Answers how long that took, ms. */
export type Carrier = (drain: Drain) => Promise<number>;
