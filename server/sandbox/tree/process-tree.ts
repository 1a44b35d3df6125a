import { bootId, type ProcessIdentity, startTime } from "../../process-identity.ts";
import { processesIn } from "../cgroup/cgroup.ts";
import { carriesMarker, isNamespaceInit, nowTicks, type ProcessRow, readProcessTable } from "./process-table.ts";

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

/** The pids of everything that belongs to a session now. */
export const findTree = (signs: TreeSigns): number[] => new SessionTree(signs).look();

/** The processes of one session. Remembers who belonged to it, so that a child stays a member after its parent, or the leader, has died. */
export class SessionTree {
  /** pid → start time. */
  readonly #members = new Map<number, string>();
  /** Those without a marker: nobody gets one later. pid → start time. */
  readonly #strangers = new Map<number, string>();
  /** Parents of a namespace of processes: with such a one everything in it would end at once, without its grace. */
  readonly #keepers = new Map<number, string>();
  /** Those of whom it is known whether they are the first of a namespace. pid → start time. */
  readonly #asked = new Map<number, string>();
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
    this.#findKeepers(table);
    return this.members();
  }

  signal(signal: "SIGTERM" | "SIGSTOP" | "SIGKILL", pids: readonly number[]): void {
    for (const pid of pids) {
      // Read again right before: the number may have passed to a stranger since the scan.
      const started = startTime(pid);
      if (started !== this.#members.get(pid)) continue;
      // It ends by itself when the first of its namespace does; who asks is heard by those inside.
      if (signal === "SIGTERM" && this.#keepers.get(pid) === started) continue;
      send(pid, signal);
    }
  }

  #findKeepers(table: Map<number, ProcessRow>): void {
    for (const [pid, started] of this.#members) {
      if (this.#asked.get(pid) === started) continue;
      this.#asked.set(pid, started);
      const parent = table.get(table.get(pid)?.parentPid ?? 0);
      if (parent && this.#members.has(parent.pid) && isNamespaceInit(pid))
        this.#keepers.set(parent.pid, parent.startTime);
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
