import type { ProcessIdentity } from "../process-identity.ts";
import { groupNumber, processesIn } from "./cgroup/cgroup.ts";
import { type MemoryHit, memoryHitIn } from "./cgroup/memory-hit.ts";
import { readMeans, type SessionGroups } from "./cgroup/session-groups.ts";
import {
  markedSession,
  type ProcessRow,
  readProcess,
  readProcessTable,
  sharedMemoryBytes,
} from "./tree/process-table.ts";

/** What a session's processes use now. */
export interface Usage {
  /** CPU time used since its start: by ended processes too, as far as the means of the session tell. */
  cpuMs: number;
  /** Memory of its processes; in a group with a memory limit what counts towards that. */
  memoryBytes: number;
  processes: number;
}

export interface MeasuredSession {
  sessionId: string;
  directory: string;
  identity: ProcessIdentity | null;
  /** Above this, pages that processes share are counted once instead of once for each. */
  preciseAboveBytes?: number | null;
}

/** Deeper than this nobody looks for who started a process. */
const DEPTH_MAX = 1_000;

/**
 * Measures many sessions at once: those with a control group from the kernel's accounts, all others from one pass over the
 * process table. About 40 µs a process.
 */
export class UsageMeter {
  /** Read once: what a session was started with does not change. */
  readonly #groups = new Map<string, SessionGroups | null>();
  readonly #marks = new Map<number, { startTime: string; sessionId: string | null }>();

  measure(sessions: readonly MeasuredSession[]): Map<string, Usage> {
    const usages = new Map<string, Usage>();
    const ungrouped: MeasuredSession[] = [];
    for (const session of sessions) {
      const groups = this.#groupsOf(session.directory);
      if (groups?.tree) usages.set(session.sessionId, measureGroups(groups, groups.tree, session));
      else ungrouped.push(session);
    }
    if (ungrouped.length > 0) this.#measureTrees(ungrouped, usages);
    return usages;
  }

  /** See the port. */
  memoryHit(directory: string): MemoryHit | null {
    const group = this.#groupsOf(directory)?.memory;
    return group ? memoryHitIn(group) : null;
  }

  forget(directory: string): void {
    this.#groups.delete(directory);
  }

  #groupsOf(directory: string): SessionGroups | null {
    const known = this.#groups.get(directory);
    if (known !== undefined) return known;
    const groups = readMeans(directory)?.groups ?? null;
    this.#groups.set(directory, groups);
    return groups;
  }

  #measureTrees(sessions: readonly MeasuredSession[], usages: Map<string, Usage>): void {
    const table = readProcessTable();
    const owners = this.#owners(sessions, table);
    const rows = new Map<string, ProcessRow[]>(sessions.map(({ sessionId }) => [sessionId, []]));
    for (const [pid, sessionId] of owners) rows.get(sessionId)?.push(table.get(pid)!);
    for (const session of sessions) usages.set(session.sessionId, sum(rows.get(session.sessionId) ?? [], session));
  }

  /** pid → session: the wrappers, whoever carries a marker, and everything below either. */
  #owners(sessions: readonly MeasuredSession[], table: Map<number, ProcessRow>): Map<number, string> {
    const owners = new Map<number, string>();
    const asked = new Set(sessions.map(({ sessionId }) => sessionId));
    for (const { sessionId, identity } of sessions)
      if (identity && table.get(identity.pid)?.startTime === identity.startTime) owners.set(identity.pid, sessionId);
    const marked = this.#markedSessions(table);
    const find = (row: ProcessRow | undefined, depth = 0): string | undefined => {
      if (row === undefined || depth > DEPTH_MAX) return undefined;
      const known = owners.get(row.pid);
      if (known !== undefined) return known;
      const mark = marked.get(row.pid);
      const found = mark != null && asked.has(mark) ? mark : find(table.get(row.parentPid), depth + 1);
      if (found !== undefined) owners.set(row.pid, found);
      return found;
    };
    for (const row of table.values()) find(row);
    return owners;
  }

  /** An environment is read once in a process's life. */
  #markedSessions(table: Map<number, ProcessRow>): Map<number, string | null> {
    const marked = new Map<number, string | null>();
    if (process.platform !== "linux") return marked;
    for (const { pid, startTime } of table.values()) {
      let mark = this.#marks.get(pid);
      if (mark?.startTime !== startTime) {
        mark = { startTime, sessionId: markedSession(pid) };
        this.#marks.set(pid, mark);
      }
      marked.set(pid, mark.sessionId);
    }
    for (const pid of this.#marks.keys()) if (!table.has(pid)) this.#marks.delete(pid);
    return marked;
  }
}

function measureGroups(groups: SessionGroups, tree: string, session: MeasuredSession): Usage {
  const rows = processesIn(tree).flatMap((pid) => readProcess(pid) ?? []);
  const usage = sum(rows, session);
  return {
    cpuMs: cpuOf(groups.usage) ?? usage.cpuMs,
    memoryBytes: memoryOf(groups.memory) ?? usage.memoryBytes,
    processes: usage.processes,
  };
}

/** v2 counts in microseconds, v1 in nanoseconds. */
function cpuOf(group: string | null): number | null {
  if (group === null) return null;
  const microseconds = groupNumber(group, "cpu.stat", "usage_usec");
  if (microseconds !== null) return microseconds / 1000;
  const nanoseconds = groupNumber(group, "cpuacct.usage");
  return nanoseconds === null ? null : nanoseconds / 1_000_000;
}

/** What the kernel holds against the limit, without the cache of files it would drop first. */
function memoryOf(group: string | null): number | null {
  if (group === null) return null;
  const used = groupNumber(group, "memory.current") ?? groupNumber(group, "memory.usage_in_bytes");
  if (used === null) return null;
  const cache = groupNumber(group, "memory.stat", "inactive_file") ?? 0;
  return Math.max(0, used - (groupNumber(group, "memory.stat", "total_inactive_file") ?? cache));
}

/** The wrapper counts with what its children used, and is not one of the session's processes. */
function sum(rows: readonly ProcessRow[], { identity, preciseAboveBytes = null }: MeasuredSession): Usage {
  const cpuMs = rows.reduce((total, row) => total + row.cpuMs, 0);
  const memoryBytes = rows.reduce((total, row) => total + row.memoryBytes, 0);
  const isPrecise = preciseAboveBytes !== null && memoryBytes > preciseAboveBytes;
  const precise = () => rows.reduce((total, row) => total + (sharedMemoryBytes(row.pid) ?? row.memoryBytes), 0);
  return {
    cpuMs,
    memoryBytes: isPrecise ? precise() : memoryBytes,
    processes: rows.filter(({ pid }) => pid !== identity?.pid).length,
  };
}
