import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The judge's own look at the process table (Linux: /proc), independent of what is judged. */
export interface Found {
  pid: number;
  parentPid: number;
  /** T: stopped. */
  state: string;
  command: string;
  environment: string;
}

/** Every living process; zombies have ended. Empty where there is no /proc. */
export function processTable(): Found[] {
  return processIds()
    .map(readProcess)
    .filter((found) => found !== null);
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

export function readProcess(pid: number): Found | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", parentPid = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
    return { pid, parentPid: Number(parentPid), state, command, environment: readOrEmpty(`/proc/${pid}/environ`) };
  } catch {
    return null;
  }
}

/** Everything that has to do with a directory: by its environment, its arguments or its working directory. */
export function processesIn(directory: string): Found[] {
  return processTable().filter(
    ({ pid, command, environment }) =>
      pid !== process.pid &&
      (environment.includes(directory) ||
        command.includes(directory) ||
        linkOrEmpty(`/proc/${pid}/cwd`).startsWith(directory)),
  );
}

/** Children of a process by what their command line holds. */
export const childrenOf = (parent: number, marker: string): number[] =>
  processTable()
    .filter(({ parentPid, command }) => parentPid === parent && command.includes(marker))
    .map(({ pid }) => pid);

/** Everything that was started with this in its environment. */
export const startedWith = (text: string): Found[] =>
  processTable().filter(({ environment }) => environment.includes(text));

/** Resident memory; NaN when the process is gone or there is no /proc. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? Number.NaN) * 1024;
}

/** What a process has open, by kind: a file's path, "socket", "pipe" and so on. */
export function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((fd) => linkOrEmpty(`/proc/${pid}/fd/${fd}`))
      .filter((link) => link !== "")
      .map((link) => link.replace(/^(\w+):\[.*/, "$1"));
  } catch {
    return [];
  }
}

/** False when it has ended in between. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    // 0 would be our own process group.
    return pid > 0 && process.kill(pid, signal);
  } catch {
    return false;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function linkOrEmpty(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
