import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { SESSION_MARKER } from "./session-wrapper.ts";

/** One row of the process table at one instant. Zombies are left out: they have ended. */
export interface ProcessRow {
  pid: number;
  parentPid: number;
  /** The POSIX session, named after its leader's pid. */
  posixSession: number;
  processGroup: number;
  startTime: string;
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

/** Now, on the clock of Linux's start times (100 a second); NaN elsewhere. */
export const nowTicks = (): number => Number.parseFloat(readOrEmpty("/proc/uptime")) * 100;

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
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The name in brackets may hold anything; behind its last bracket: state, ppid, pgrp, session … and start time.
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTime = rest[15];
  if (startTime === undefined || state === "Z" || state === "X") return null;
  return {
    pid,
    parentPid: Number(parent),
    processGroup: Number(group),
    posixSession: Number(session),
    startTime,
  };
}

function readPs(): Map<number, ProcessRow> {
  const table = new Map<number, ProcessRow>();
  for (const line of ps(["-axo", "pid=,ppid=,pgid=,sess=,stat=,lstart="]).split("\n")) {
    const [pid, parent, group, session, state = "Z", ...started] = line.trim().split(/\s+/);
    if (!pid || state.startsWith("Z")) continue;
    const row = { pid: Number(pid), parentPid: Number(parent), processGroup: Number(group) };
    table.set(row.pid, { ...row, posixSession: Number(session) || row.processGroup, startTime: started.join(" ") });
  }
  return table;
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
