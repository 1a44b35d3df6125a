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

/** Every living process; zombies have ended. */
export function processTable(): Found[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((found) => found !== null);
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

export const targets = [
  "supervisor",
  "web",
  "orchestrator",
  "helper",
  "wrapper",
  "child",
  "postmaster",
  "backend",
] as const;
export type Target = (typeof targets)[number];

/** The processes of one product by what they are. `homes`: its own and that of a second orchestrator. */
export function processesOf(homes: readonly string[]): Record<Target, Found[]> {
  const table = processTable();
  const has = (found: Found, name: string) =>
    homes.some((home) => `\0${found.environment}`.includes(`\0${name}=${home}`));
  const ours = table.filter((found) => has(found, "RUNBOARD_HOME"));
  const orchestrator = ours.filter(({ command }) => command.includes("/orchestrator.js"));
  const sessions = table.filter((found) => has(found, "HOME") && found.environment.includes("RUNBOARD_SESSION="));
  const isWrapper = ({ command }: Found) => command.startsWith("/bin/sh -c ") && command.includes(" runboard ");
  const postmaster = table.filter(({ command }) =>
    homes.some((home) => command.includes(`postgres -D ${home}/postgres/data`)),
  );
  const childOf = (parents: readonly Found[]) => (found: Found) =>
    parents.some(({ pid }) => pid === found.parentPid) && !parents.includes(found);
  return {
    supervisor: ours.filter(({ command }) => command.includes("/main.js")),
    web: ours.filter(({ command }) => command.includes("/web.js")),
    orchestrator,
    helper: table.filter(({ command }) => command.includes("spawner-child.js")).filter(childOf(orchestrator)),
    wrapper: sessions.filter(isWrapper),
    child: sessions.filter((found) => !isWrapper(found)),
    postmaster: postmaster.filter(({ parentPid }) => !postmaster.some(({ pid }) => pid === parentPid)),
    backend: table.filter(childOf(postmaster)),
  };
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

/** Seconds since this machine started, the clock of the witnesses. */
export function uptimeSeconds(): number {
  return Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
}

export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
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
