import type { Random } from "../random.ts";
import type { WitnessMode } from "./witness.ts";

/** A task as it is before it exists: dependencies by ref, always of earlier ones. */
export interface PlannedTask {
  ref: string;
  dependsOn: string[];
  mode: WitnessMode;
  /** What the mode needs, see witness.ts. */
  n: number;
  priority: number;
}

export const shapes = ["random", "layered", "chain", "fan-in", "diamonds"] as const;
export type Shape = (typeof shapes)[number];

const fanInMax = 5000;

/** Which earlier tasks (by index) the task at an index waits for. */
const edgesOf: Record<Shape, (index: number, random: Random, count: number) => number[]> = {
  random: (index, random) => {
    if (index === 0 || random.isTrue(0.15)) return [];
    const near = Array.from({ length: Math.min(index, 40) }, (_, back) => index - 1 - back);
    return random.sample(
      near,
      random.weighted([
        [5, 1],
        [3, 2],
        [1, 4],
      ]),
    );
  },
  layered: (index, random) => {
    const layer = Math.floor(index / 20);
    const before = Array.from({ length: 20 }, (_, at) => (layer - 1) * 20 + at);
    return layer === 0 ? [] : random.sample(before, random.between(1, 3));
  },
  chain: (index) => (index === 0 ? [] : [index - 1]),
  // All at once, then one that waits for up to five thousand of them; and again.
  "fan-in": (index, _, count) => {
    const width = Math.min(fanInMax, Math.max(2, Math.floor(count / 2) - 1)) + 1;
    const isLast = (index + 1) % width === 0 || index === count - 1;
    const first = Math.floor(index / width) * width;
    return isLast ? Array.from({ length: index - first }, (_, at) => first + at) : [];
  },
  // a → b, c → d → e, f → g …
  diamonds: (index) => {
    if (index === 0) return [];
    if (index % 3 === 0) return [index - 1, index - 2];
    return [index - (index % 3)];
  },
};

/** What the tasks of a run are like: some of everything; in large graphs mostly what ends at once, with 5 % that fail first. */
const mixed: readonly (readonly [number, WitnessMode])[] = [
  [45, "instant"],
  [14, "work"],
  [8, "flaky"],
  [3, "fail"],
  [6, "detach"],
  [7, "print"],
  [9, "write"],
  [4, "stubborn"],
  [6, "report"],
];
const light: readonly (readonly [number, WitnessMode])[] = [
  [94, "instant"],
  [5, "flaky"],
  [1, "write"],
];

const amounts: Record<WitnessMode, (random: Random) => number> = {
  instant: () => 0,
  // Some live longer than two leases: long enough to be taken from an orchestrator that stands still.
  work: (random) => (random.isTrue(0.4) ? random.between(20, 50) : random.between(1, 4)),
  flaky: (random) => random.between(1, 2),
  fail: () => 0,
  detach: (random) => random.between(0, 1),
  print: (random) => random.between(1, 400),
  write: () => 0,
  stubborn: (random) => random.between(2, 6),
  report: (random) => random.between(3, 8),
};

export function planGraph(random: Random, shape: Shape, count: number): PlannedTask[] {
  const kinds = count > 1000 ? light : mixed;
  return Array.from({ length: count }, (_, index) => {
    const mode = random.weighted(kinds);
    const edges = edgesOf[shape](index, random, count);
    return {
      ref: `t${index}`,
      dependsOn: edges.map((at) => `t${at}`),
      mode,
      n: amounts[mode](random),
      priority: random.between(0, 4),
    };
  });
}

/** Leaves a file that is its work. */
export const isWriter = (mode: WitnessMode | undefined): boolean => mode === "write" || mode === "report";

/** Arguments of the witness for a planned task. Of a very wide task only some dependencies are looked for. */
export function witnessArguments(task: PlannedTask, modeOf: ReadonlyMap<string, WitnessMode>, file: string): string[] {
  const writers = task.dependsOn.filter((ref) => isWriter(modeOf.get(ref))).slice(0, 50);
  return [file, task.ref, task.mode, String(task.n), ...writers];
}
