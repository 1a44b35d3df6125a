import { bootId, type ProcessIdentity, startTime } from "../process-identity.ts";
import { carriesMarker, type ProcessRow, readProcessTable } from "./process-table.ts";

export interface TerminateOptions {
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  /** The session's output file: whoever writes to it belongs to the session, even with an emptied environment. */
  outputFile?: string;
}

/** SIGKILL rounds before giving up; a process in an uninterruptible wait is what can survive them. */
const KILL_ROUNDS = 60;
const ROUND_MS = 20;
const POLL_MAX_MS = 100;

/**
 * Ends everything a session started: SIGTERM, grace, SIGKILL until none is left. Members are the wrapper and its POSIX
 * session, everything descended from a known member, and every process that carries the session's marker (so double
 * forks, `setsid` and orphans count). A process is signalled only if its start time is still the one just read.
 * The wrapper is spared until nothing else is left, so that it can write the exit status.
 * Returns the pids that are left: [] unless something cannot be killed.
 */
export async function terminateTree(
  sessionId: string,
  identity: ProcessIdentity | null,
  { graceMs, outputFile = "" }: TerminateOptions,
): Promise<number[]> {
  const tree = new SessionTree(sessionId, identity, outputFile);
  // The usual end: nothing is left. Looked at twice, as a scan can miss a child whose parent ended during it.
  if (tree.look().length === 0 && tree.look().length === 0) return [];
  tree.signal("SIGTERM");
  const graceEndsAtMs = performance.now() + graceMs;
  for (let pauseMs = 5; tree.look().length > 0 && performance.now() < graceEndsAtMs; pauseMs *= 2) {
    await pause(Math.min(pauseMs, POLL_MAX_MS, graceEndsAtMs - performance.now()));
  }
  for (let round = 0; round < KILL_ROUNDS && tree.look().length > 0; round++) {
    tree.signal("SIGKILL");
    await pause(Math.min(1 + round, ROUND_MS));
  }
  return tree.look();
}

/** The pids of everything that belongs to a session now. */
export function findTree(sessionId: string, identity: ProcessIdentity | null, outputFile = ""): number[] {
  return new SessionTree(sessionId, identity, outputFile).look();
}

/** Remembers who belonged to the session, so that a child stays a member after its parent, or the leader, has died. */
class SessionTree {
  /** pid → start time. */
  readonly #members = new Map<number, string>();
  readonly #sessionId: string;
  readonly #identity: ProcessIdentity | null;
  readonly #outputFile: string;

  constructor(sessionId: string, identity: ProcessIdentity | null, outputFile: string) {
    this.#sessionId = sessionId;
    this.#identity = identity?.bootId === bootId() ? identity : null;
    this.#outputFile = outputFile;
  }

  /** One scan; returns the living members. */
  look(): number[] {
    const table = readProcessTable();
    for (const [pid, started] of this.#members) if (table.get(pid)?.startTime !== started) this.#members.delete(pid);
    const untouchable = ownLineage(table);
    const rest = [...table.values()].filter((row) => !untouchable.has(row.pid) && !this.#members.has(row.pid));
    for (const row of rest) if (this.#belongs(row, table)) this.#members.set(row.pid, row.startTime);
    this.#addDescendants(rest);
    return [...this.#members.keys()];
  }

  signal(signal: "SIGTERM" | "SIGKILL"): void {
    const pids = this.look();
    const others = pids.filter((pid) => pid !== this.#identity?.pid);
    for (const pid of signal === "SIGKILL" && others.length > 0 ? others : pids) {
      // Read again right before: the number may have passed to a stranger since the scan.
      if (startTime(pid) === this.#members.get(pid)) send(pid, signal);
    }
  }

  #belongs(row: ProcessRow, table: Map<number, ProcessRow>): boolean {
    const leader = this.#identity;
    if (leader && table.get(leader.pid)?.startTime === leader.startTime) {
      if (row.posixSession === leader.pid || row.processGroup === leader.pid) return true;
    }
    if (isKernelThread(row) || isOlder(row, leader)) return false;
    return carriesMarker(row.pid, this.#sessionId, this.#outputFile);
  }

  #addDescendants(rest: ProcessRow[]): void {
    for (let grew = true; grew; ) {
      const found = rest.filter((row) => this.#members.has(row.parentPid) && !this.#members.has(row.pid));
      for (const row of found) this.#members.set(row.pid, row.startTime);
      grew = found.length > 0;
    }
  }
}

const isKernelThread = (row: ProcessRow): boolean =>
  process.platform === "linux" && (row.pid === 2 || row.parentPid === 2);

/** Nothing that started before the wrapper can be its offspring; spares reading most of the machine's environments. */
function isOlder(row: ProcessRow, leader: ProcessIdentity | null): boolean {
  if (!leader || process.platform !== "linux") return false;
  return Number(row.startTime) < Number(leader.startTime);
}

/** Ourselves and everybody above us: never signalled, whatever they carry. */
function ownLineage(table: Map<number, ProcessRow>): Set<number> {
  const lineage = new Set([1]);
  for (let pid: number | undefined = process.pid; pid && !lineage.has(pid); pid = table.get(pid)?.parentPid) {
    lineage.add(pid);
  }
  return lineage;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Ended in between.
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(1, ms)));
