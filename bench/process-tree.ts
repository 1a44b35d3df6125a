import { readFileSync } from "node:fs";

/** One process of the product, by the name of its program. */
export interface TreeProcess {
  pid: number;
  name: string;
}

/** A process and all it started, itself first. Linux: /proc. */
export function treeOf(root: number): TreeProcess[] {
  const children = read(`/proc/${root}/task/${root}/children`).match(/\d+/g) ?? [];
  return [{ pid: root, name: nameOf(root) }, ...children.flatMap((pid) => treeOf(Number(pid)))];
}

/** Memory with what is shared divided among those that share it; 0 for a process that has ended. */
export const pssMb = (pid: number): number => kbIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) / 1024;

/** Resident memory; 0 for a process that has ended. */
export const rssMb = (pid: number): number => kbIn(`/proc/${pid}/status`, /^VmRSS:\s+(\d+)/m) / 1024;

/** Processor time so far, in steps of the kernel's clock (10 ms). */
export const cpuMs = (pid: number): number => sumOfTimes(pid, 11, 12);

/** Processor time of the processes it started that have ended and been waited for, theirs included. */
export const endedChildrenCpuMs = (pid: number): number => sumOfTimes(pid, 13, 14);

function sumOfTimes(pid: number, user: number, system: number): number {
  const fields = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[user] ?? 0) + Number(fields[system] ?? 0)) * 10;
}

const kbIn = (path: string, line: RegExp): number => Number(line.exec(read(path))?.[1] ?? 0);

function nameOf(pid: number): string {
  const line = read(`/proc/${pid}/cmdline`);
  if (line.includes("postgres")) return "PostgreSQL";
  return /(main|web|orchestrator|spawner-child)\.[jt]s/.exec(line)?.[1] ?? line.replaceAll("\0", " ").slice(0, 40);
}

/** Empty for what is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
