import { printTable } from "../../judge/numbers.ts";
import { cpuMs, endedChildrenCpuMs, treeOf } from "../process-tree.ts";

/** Counts the processor time of process trees from now on. Answers what prints it, by program, divided among so many tasks. */
export function watchCpu(...roots: readonly number[]): (tasks: number) => void {
  const before = cpuByName(roots);
  return (tasks) => {
    console.log("\nProcessor time of a task, ms:");
    const spent = [...cpuByName(roots)].map(([name, ms]) => [
      name,
      ((ms - (before.get(name) ?? 0)) / tasks).toFixed(2),
    ]);
    printTable(["process", "ms a task"], spent);
  };
}

/** What git, wrappers and commands took is with who waited for them: the spawner helper. */
function cpuByName(roots: readonly number[]): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, ms: number) => sums.set(name, (sums.get(name) ?? 0) + ms);
  for (const { pid, name } of roots.flatMap(treeOf)) {
    add(name, cpuMs(pid));
    if (name === "spawner-child") add("git, wrappers and commands", endedChildrenCpuMs(pid));
  }
  return sums;
}
