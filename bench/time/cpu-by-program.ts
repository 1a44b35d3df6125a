import { cpuMs, endedChildrenCpuMs, treeOf } from "../process-tree.ts";

/** Processor time of process trees so far, [ms]. What git, wrappers and commands took is with who waited for them: the spawner helper. */
export function cpuByProgram(roots: readonly number[]): Map<string, [ms: number]> {
  const sums = new Map<string, [number]>();
  const add = (name: string, ms: number) => sums.set(name, [(sums.get(name)?.[0] ?? 0) + ms]);
  for (const { pid, name } of roots.flatMap(treeOf)) {
    add(name, cpuMs(pid));
    if (name === "spawner-child") add("git, wrappers and commands", endedChildrenCpuMs(pid));
  }
  return sums;
}
