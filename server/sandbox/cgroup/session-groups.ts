import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import type { Limits, Means } from "../means.ts";
import { sessionIdOf, sessionPaths } from "../session-directory.ts";
import { createGroup, groupNumber, removeGroup, writeGroupFile } from "./cgroup.ts";
import type { Base, GroupBases } from "./cgroup-bases.ts";

/** A session's control groups, by purpose; the same directory may serve several. Null: there is none for it. */
export interface SessionGroups {
  tree: string | null;
  /** Counts CPU time. */
  usage: string | null;
  memory: string | null;
  cpu: string | null;
}

/** What the file `means` of a session's directory holds: written before its groups are made, so none is ever lost. */
export interface MeansRecord {
  /** The provider that started it; null: a version that kept no word of it. */
  provider: string | null;
  means: Means;
  groups: SessionGroups;
}

/** Which groups a session with these limits gets. Without any limit it costs one group, or two under v1. */
export function planGroups(bases: GroupBases, sessionId: string, limits: Limits): SessionGroups {
  const under = (base: Base | null) => (base === null ? null : join(base.directory, groupName(sessionId)));
  return {
    tree: under(bases.tree),
    usage: under(bases.usage),
    memory: limits.memoryBytes === null ? null : under(bases.memory),
    cpu: limits.cpus === null ? null : under(bases.cpu),
  };
}

/** Records and makes a session's groups and sets its limits; harmless when they are there already. */
export async function createGroups(directory: string, record: MeansRecord, limits: Limits): Promise<void> {
  await writeFile(sessionPaths(directory).means, JSON.stringify(record), { mode: 0o600 });
  const { groups } = record;
  for (const path of distinct(groups)) await createGroup(path);
  if (groups.memory !== null && limits.memoryBytes !== null) limitMemory(groups.memory, limits.memoryBytes);
  if (groups.cpu !== null && limits.cpus !== null) limitCpu(groups.cpu, limits.cpus);
}

/** What a session was started with; null when it was never launched, or by a version that kept no record. */
export function readMeans(directory: string): MeansRecord | null {
  try {
    const { provider, means, groups } = JSON.parse(readFileSync(sessionPaths(directory).means, "utf8"));
    const record: MeansRecord = {
      provider: typeof provider === "string" ? provider : null,
      means: { tree: String(means.tree), memory: String(means.memory), cpu: String(means.cpu) } as Means,
      groups: { tree: null, usage: null, memory: null, cpu: null },
    };
    // The file lies within the session's reach: a group is believed to be its own only by its name.
    const own = groupName(sessionIdOf(directory));
    for (const purpose of ["tree", "usage", "memory", "cpu"] as const) {
      const path: unknown = groups[purpose];
      if (typeof path === "string" && isAbsolute(path) && basename(path) === own) record.groups[purpose] = path;
    }
    return record;
  } catch {
    return null;
  }
}

/** The groups a session's directory speaks of. */
export function groupsOf(directory: string): string[] {
  const record = readMeans(directory);
  return record === null ? [] : distinct(record.groups);
}

export async function removeGroups(paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map(removeGroup))).every(Boolean);
}

export const distinct = (groups: SessionGroups): string[] => [
  ...new Set(Object.values(groups).filter((path) => path !== null)),
];

export const groupName = (sessionId: string): string => `runboard-${sessionId}`;

const PERIOD_US = 100_000;
/** The least the kernel takes. */
const QUOTA_MIN_US = 1_000;

function limitMemory(path: string, bytes: number): void {
  if (groupNumber(path, "memory.limit_in_bytes") !== null) {
    writeGroupFile(path, "memory.limit_in_bytes", bytes);
    // Memory and swap together: what does not fit is not moved out instead.
    if (groupNumber(path, "memory.memsw.limit_in_bytes") !== null)
      writeGroupFile(path, "memory.memsw.limit_in_bytes", bytes);
    return;
  }
  writeGroupFile(path, "memory.max", bytes);
  // The whole session ends, not the part of it that happened to be the largest.
  if (groupNumber(path, "memory.oom.group") !== null) writeGroupFile(path, "memory.oom.group", 1);
  if (groupNumber(path, "memory.swap.current") !== null) writeGroupFile(path, "memory.swap.max", 0);
}

function limitCpu(path: string, cpus: number): void {
  const quotaUs = Math.max(QUOTA_MIN_US, Math.round(cpus * PERIOD_US));
  if (groupNumber(path, "cpu.cfs_period_us") === null) {
    writeGroupFile(path, "cpu.max", `${quotaUs} ${PERIOD_US}`);
  } else {
    writeGroupFile(path, "cpu.cfs_period_us", PERIOD_US);
    writeGroupFile(path, "cpu.cfs_quota_us", quotaUs);
  }
}
