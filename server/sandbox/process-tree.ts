import { bootId, type ProcessIdentity, startTime } from "../process-identity.ts";
import { killGroup, processesIn } from "./cgroup.ts";
import { carriesMarker, nowTicks, type ProcessRow, readProcessTable } from "./process-table.ts";

/** By what the processes of a session are told. */
export interface TreeSigns {
  sessionId: string;
  /** Its wrapper; null when not known. */
  identity: ProcessIdentity | null;
  /** The session's output file: whoever writes to it belongs to the session, even with an emptied environment. */
  outputFile?: string;
  /** The session's control groups. */
  groups?: readonly string[];
}

/** So long nobody of those that got SIGKILL may end before it is given up; what can last is a process in an uninterruptible wait. */
const KILL_PATIENCE_MS = 5_000;
const ROUND_MAX_MS = 50;
const POLL_MAX_MS = 100;
/** A signal that finds a shell's child between fork and exec is lost; who was that young (clock ticks) hears it again. */
const YOUNG_TICKS = 20;
const AGAIN_MS = 50;
/** Known members are looked at often; for new ones, and before anything counts as over, everybody is looked at. */
const WIDE_LOOK_MS = 500;
/** Rounds of stopping before killing: a tree that forks faster than it is killed must stand still first. */
const HALT_ROUNDS = 20;
/** How long a wrapper whose tree is gone may take to write the exit status and end. */
const WRAPPER_MS = 500;

/**
 * Ends everything a session started: SIGTERM, grace, SIGKILL until none is left. Members are the processes in its control
 * groups, its wrapper with the POSIX session, everything descended from a known member, and every process that carries the
 * session's marker. A process is signalled only if its start time is still the one just read.
 * The wrapper is spared until nothing else is left, so that it can write the exit status.
 * Returns the pids that are left: [] unless something cannot be killed.
 */
export async function terminateTree(signs: TreeSigns, graceMs: number): Promise<number[]> {
  const tree = new SessionTree(signs);
  // The kernel's list is exact; a scan counts when it finds nobody twice, as it can miss a child whose parent ends during it.
  const isExact = (signs.groups ?? []).length > 0;
  const isNobodyElse = () => isExact || tree.look().length === 0;
  // The usual end: nothing is left.
  if (tree.look().length === 0 && isNobodyElse()) return [];
  await ask(tree, graceMs);
  if (tree.members().length === 0 && isNobodyElse()) return [];
  await kill(tree, signs.groups ?? []);
  return tree.look();
}

/** SIGTERM to each member once, also to those found later, and to the very young once more; waits for their end. */
async function ask(tree: SessionTree, graceMs: number): Promise<void> {
  const beganAtMs = performance.now();
  const asked = new Set<number>();
  let young: number[] | null = null;
  let lookedAtMs = beganAtMs;
  const leftMs = () => beganAtMs + graceMs - performance.now();
  for (let pauseMs = 5; tree.members().length > 0 && (asked.size === 0 || leftMs() > 0); pauseMs *= 2) {
    const fresh = tree.members().filter((pid) => !asked.has(pid));
    young ??= tree.youngerThan(YOUNG_TICKS);
    tree.signal("SIGTERM", fresh);
    for (const pid of fresh) asked.add(pid);
    if (performance.now() - beganAtMs > AGAIN_MS) tree.signal("SIGTERM", young.splice(0));
    await pause(Math.min(pauseMs, POLL_MAX_MS, leftMs()));
    tree.lookAtKnown();
    if (tree.offspring().length > 0 && performance.now() - lookedAtMs < WIDE_LOOK_MS) continue;
    tree.look();
    lookedAtMs = performance.now();
  }
}

async function kill(tree: SessionTree, groups: readonly string[]): Promise<void> {
  for (const group of groups) killGroup(group);
  tree.look();
  const halted = new Set<number>();
  for (let round = 0; round < HALT_ROUNDS; round++) {
    const running = tree.offspring().filter((pid) => !halted.has(pid));
    if (running.length === 0) break;
    tree.signal("SIGSTOP", running);
    for (const pid of running) halted.add(pid);
    tree.look();
  }
  let fewest = Number.POSITIVE_INFINITY;
  let progressAtMs = performance.now();
  let aloneSinceMs: number | null = null;
  for (let round = 0; tree.members().length > 0; round++) {
    const nowMs = performance.now();
    if (tree.members().length < fewest) progressAtMs = nowMs;
    if (nowMs - progressAtMs > KILL_PATIENCE_MS) return;
    fewest = Math.min(fewest, tree.members().length);
    const others = tree.offspring();
    aloneSinceMs = others.length > 0 ? null : (aloneSinceMs ?? nowMs);
    const isOverdue = aloneSinceMs !== null && nowMs - aloneSinceMs > WRAPPER_MS;
    tree.signal("SIGKILL", isOverdue ? tree.members() : others);
    await pause(Math.min(1 + round, ROUND_MAX_MS));
    tree.lookAtKnown();
    if (tree.offspring().length === 0) tree.look();
  }
}

/** The pids of everything that belongs to a session now. */
export const findTree = (signs: TreeSigns): number[] => new SessionTree(signs).look();

/** Remembers who belonged to the session, so that a child stays a member after its parent, or the leader, has died. */
class SessionTree {
  /** pid → start time. */
  readonly #members = new Map<number, string>();
  /** Those without a marker: nobody gets one later. pid → start time. */
  readonly #strangers = new Map<number, string>();
  readonly #signs: TreeSigns;
  readonly #identity: ProcessIdentity | null;

  constructor(signs: TreeSigns) {
    this.#signs = signs;
    this.#identity = signs.identity?.bootId === bootId() ? signs.identity : null;
  }

  members(): number[] {
    return [...this.#members.keys()];
  }

  /** The members but the wrapper. */
  offspring(): number[] {
    return this.members().filter((pid) => pid !== this.#identity?.pid);
  }

  /** Those started less than so many clock ticks ago; none where start times are not counted in ticks. */
  youngerThan(ticks: number): number[] {
    const now = nowTicks();
    return this.members().filter((pid) => now - Number(this.#members.get(pid)) < ticks);
  }

  /** Forgets those that have ended; returns the others. Cheap. */
  lookAtKnown(): number[] {
    for (const [pid, started] of this.#members) if (startTime(pid) !== started) this.#members.delete(pid);
    return this.members();
  }

  /** One scan; returns the living members. */
  look(): number[] {
    const table = readProcessTable();
    // Read after the table: a number in both is in the group under the start time in the table, or fails the check of `signal`.
    const grouped = new Set((this.#signs.groups ?? []).flatMap(processesIn));
    for (const [pid, started] of this.#members) if (table.get(pid)?.startTime !== started) this.#members.delete(pid);
    const untouchable = ownLineage(table);
    const rest = [...table.values()].filter((row) => !untouchable.has(row.pid) && !this.#members.has(row.pid));
    for (const row of rest)
      if (grouped.has(row.pid) || this.#belongs(row, table)) this.#members.set(row.pid, row.startTime);
    this.#addDescendants(rest);
    return this.members();
  }

  signal(signal: "SIGTERM" | "SIGSTOP" | "SIGKILL", pids: readonly number[]): void {
    for (const pid of pids) {
      // Read again right before: the number may have passed to a stranger since the scan.
      if (startTime(pid) === this.#members.get(pid)) send(pid, signal);
    }
  }

  #belongs(row: ProcessRow, table: Map<number, ProcessRow>): boolean {
    const leader = this.#identity;
    if (leader && table.get(leader.pid)?.startTime === leader.startTime) {
      if (row.posixSession === leader.pid || row.processGroup === leader.pid) return true;
    }
    if (isKernelThread(row) || isOlder(row, leader) || this.#strangers.get(row.pid) === row.startTime) return false;
    if (carriesMarker(row.pid, this.#signs.sessionId, this.#signs.outputFile ?? "")) return true;
    this.#strangers.set(row.pid, row.startTime);
    return false;
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
