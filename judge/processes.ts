import { readdirSync, readFileSync } from "node:fs";

/** Children of a process by what their command line holds, as the kernel lists them now. Empty where there is no /proc. */
export function childrenOf(parent: number, marker: string): number[] {
  return processIds().filter((pid) => {
    const parentOf = /^PPid:\t(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1];
    return Number(parentOf) === parent && read(`/proc/${pid}/cmdline`).includes(marker);
  });
}

/** Resident memory; NaN when the process is gone or there is no /proc. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? Number.NaN) * 1024;
}

/** Every process there is; [] where there is no /proc. */
export function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The variables it was started with, separated by NUL; empty when it is gone or somebody else's. */
export const environmentOf = (pid: number): string => read(`/proc/${pid}/environ`);

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** SIGKILL; harmless when it has ended in between. */
export function kill(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, "SIGKILL");
  } catch {
    // Ended in between.
  }
}
