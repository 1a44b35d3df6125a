import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs";
import { SESSION_MARKER } from "../spawner/session-wrapper.ts";

/** One row of the process table at one instant. Zombies are left out: they have ended. */
export interface ProcessRow {
  pid: number;
  parentPid: number;
  /** The POSIX session, named after its leader's pid. */
  posixSession: number;
  processGroup: number;
  startTime: string;
  /** CPU time it used itself, with what its ended and awaited children had used. */
  cpuMs: number;
  /** Resident memory; shared pages count in full. */
  memoryBytes: number;
}

/** Reads the whole table once: about 10 µs a process on Linux. */
export function readProcessTable(): Map<number, ProcessRow> {
  return process.platform === "linux" ? readProc() : readPs();
}

/**
 * True when the process says itself that it belongs to the session: it carries the marker in its environment, or its
 * stdout or stderr is the session's output file. Both survive double forks and setsid.
 */
export function carriesMarker(pid: number, sessionId: string, outputFile: string): boolean {
  if (process.platform !== "linux") return psEnvironment(pid).includes(`${SESSION_MARKER}=${sessionId}`);
  const marker = `\0${SESSION_MARKER}=${sessionId}\0`;
  if (`\0${readOrEmpty(`/proc/${pid}/environ`)}\0`.includes(marker)) return true;
  return linkOrEmpty(`/proc/${pid}/fd/1`) === outputFile || linkOrEmpty(`/proc/${pid}/fd/2`) === outputFile;
}

/** Linux shows times in these, whatever the kernel counts in. */
const TICKS_PER_SECOND = 100;

/** Now, on the clock of Linux's start times; NaN elsewhere. */
export const nowTicks = (): number => Number.parseFloat(readOrEmpty("/proc/uptime")) * TICKS_PER_SECOND;

/** The row of one process; null when it has ended. */
export function readProcess(pid: number): ProcessRow | null {
  return process.platform === "linux" ? readRow(pid) : (readPs().get(pid) ?? null);
}

/** The id of the session whose marker the process carries in its environment; null for none. Linux. */
export const markedSession = (pid: number): string | null =>
  new RegExp(`(?:^|\\0)${SESSION_MARKER}=([^\\0]*)`).exec(readOrEmpty(`/proc/${pid}/environ`))?.[1] ?? null;

/**
 * Whether it is the first process of a namespace of processes below ours. Such a one hears no signal it does not ask for, and when
 * it ends the kernel ends everything in the namespace. Linux; false elsewhere.
 */
export const isNamespaceInit = (pid: number): boolean =>
  /^NSpid:\t\d+\t(.*\t)?1$/m.test(readOrEmpty(`/proc/${pid}/status`));

/** Its memory with shared pages counted once among their users (PSS); null where it cannot be told. Costs about 0.1 ms. */
export function sharedMemoryBytes(pid: number): number | null {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

let knownPageBytes: number | undefined;

/** From the kernel's auxiliary vector, entry AT_PAGESZ. */
function pageBytes(): number {
  knownPageBytes ??= readPageBytes();
  return knownPageBytes;
}

const AT_PAGESZ = 6n;

function readPageBytes(): number {
  try {
    const vector = new BigUint64Array(Uint8Array.from(readFileSync("/proc/self/auxv")).buffer);
    for (let at = 0; at + 1 < vector.length; at += 2) if (vector[at] === AT_PAGESZ) return Number(vector[at + 1]);
  } catch {
    // A machine of 32 bits, or no /proc: the usual size.
  }
  return 4096;
}

function readProc(): Map<number, ProcessRow> {
  const table = new Map<number, ProcessRow>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const row = Number.isInteger(pid) ? readRow(pid) : null;
    if (row) table.set(pid, row);
  }
  return table;
}

function readRow(pid: number): ProcessRow | null {
  const stat = readStat(pid);
  // The name in brackets may hold anything; behind its last bracket the fields from 3 (the state) on.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  const startTime = fields[19];
  if (startTime === undefined || state === "Z" || state === "X") return null;
  const ticks = Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
  return {
    pid,
    parentPid: Number(parent),
    processGroup: Number(group),
    posixSession: Number(session),
    startTime,
    cpuMs: ticks * (1000 / TICKS_PER_SECOND),
    memoryBytes: Number(fields[21]) * pageBytes(),
  };
}

/** A line of a few hundred bytes, read by the hundreds in a row: one buffer and three calls of the system each. */
const statBuffer = Buffer.allocUnsafe(4096);

function readStat(pid: number): string {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/stat`, "r");
  } catch {
    return "";
  }
  try {
    return statBuffer.toString("latin1", 0, readSync(file, statBuffer));
  } catch {
    return "";
  } finally {
    closeSync(file);
  }
}

function readPs(): Map<number, ProcessRow> {
  const table = new Map<number, ProcessRow>();
  for (const line of ps(["-axo", "pid=,ppid=,pgid=,sess=,stat=,rss=,time=,lstart="]).split("\n")) {
    const [pid, parent, group, session, state = "Z", rss, time = "", ...started] = line.trim().split(/\s+/);
    if (!pid || state.startsWith("Z")) continue;
    const row = { pid: Number(pid), parentPid: Number(parent), processGroup: Number(group) };
    const usage = { cpuMs: clockMs(time), memoryBytes: Number(rss) * 1024 };
    table.set(row.pid, {
      ...row,
      ...usage,
      posixSession: Number(session) || row.processGroup,
      startTime: started.join(" "),
    });
  }
  return table;
}

/** `[[dd-]hh:]mm:ss[.cc]` */
function clockMs(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const seconds = (clock ?? "").split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

const psEnvironment = (pid: number): string[] => ps(["-E", "-wwo", "command=", "-p", String(pid)]).split(/\s+/);

function ps(args: string[]): string {
  try {
    const env = { LC_ALL: "C", TZ: "UTC" } as unknown as NodeJS.ProcessEnv;
    return execFileSync("/bin/ps", args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
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
