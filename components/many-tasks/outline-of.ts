import type { ReadTask } from "@/lib/task/import/reading.ts";

export interface OutlineRow {
  task: ReadTask;
  /** How many of the list stand before it, one waiting for the other. */
  depth: number;
}

const depthMax = 8;

/** The rows of a preview: each as far in as the longest way to it within the list. A circle ends where it closes. */
export function outlineOf(tasks: readonly ReadTask[]): OutlineRow[] {
  const byRef = new Map(tasks.map((task) => [task.ref, task]));
  const known = new Map<string, number>();
  const depthOf = (task: ReadTask): number => {
    const found = known.get(task.ref);
    if (found !== undefined) return found;
    known.set(task.ref, 0);
    const before = task.dependsOn.flatMap((ref) => byRef.get(ref) ?? []);
    const depth = before.length === 0 ? 0 : Math.min(depthMax, 1 + Math.max(...before.map(depthOf)));
    known.set(task.ref, depth);
    return depth;
  };
  return tasks.map((task) => ({ task, depth: depthOf(task) }));
}
