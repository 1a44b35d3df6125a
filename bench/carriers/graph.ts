/** What both sides of a comparison carry out: tasks by name, each after those it needs. In an order that respects that. */
export type Graph = readonly GraphTask[];

interface GraphTask {
  id: string;
  needs: readonly string[];
}

export const chain = (length: number): Graph =>
  Array.from({ length }, (_, at) => ({ id: `t${at}`, needs: at === 0 ? [] : [`t${at - 1}`] }));

export const independent = (count: number): Graph =>
  Array.from({ length: count }, (_, at) => ({ id: `t${at}`, needs: [] }));

/** Each task needs three of the layer before. */
export const layered = (layers: number, width: number): Graph =>
  Array.from({ length: layers * width }, (_, at) => ({ id: `t${at}`, needs: needsOf(at, width) }));

function needsOf(at: number, width: number): string[] {
  const before = Math.floor(at / width) - 1;
  if (before < 0) return [];
  return [...new Set([0, 1, 2].map((step) => `t${before * width + ((at + step) % width)}`))];
}

/** The program every task of a graph runs. */
export interface CommandLine {
  command: string;
  args: readonly string[];
}
