import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Spawner } from "../spawner/spawner.ts";
import { createGroup, isWritable, readGroupFile, removeGroup, writeGroupFile } from "./cgroup.ts";
import { readGroupPlaces } from "./cgroup-places.ts";
import { sweepGroups } from "./cgroup-sweep.ts";

/** A directory below which a session's group is made. */
export interface Base {
  version: 1 | 2;
  directory: string;
}

/** Where groups for each purpose are made; null: nowhere. On a v2 machine all may be the same directory. */
export interface GroupBases {
  tree: Base | null;
  usage: Base | null;
  memory: Base | null;
  cpu: Base | null;
}

export const noBases: GroupBases = { tree: null, usage: null, memory: null, cpu: null };

interface Candidate extends Base {
  /** The group made for trying. */
  group: string;
}

/** Two probes at once must not take each other's groups away. */
let probes = 0;

/** Finds where we may make groups by making one in each place and letting a shell join it. `treeVersion` is for tests. */
export async function probeGroupBases(
  spawner: Spawner,
  treeVersion?: 1 | 2,
  { unified, controllers } = readGroupPlaces(),
): Promise<GroupBases> {
  const candidates: Candidate[] = [];
  probes++;
  const add = (version: 1 | 2, directory: string | null | undefined) => {
    const isNew = directory && !candidates.some((one) => one.directory === directory);
    if (isNew && isWritable(directory))
      candidates.push({ version, directory, group: join(directory, `runboard-probe-${process.pid}-${probes}`) });
  };
  add(2, unified && roomFor(unified));
  for (const name of ["pids", "freezer", "cpuacct", "memory", "cpu"]) add(1, controllers.get(name));
  for (const { directory } of candidates) await sweepGroups(directory);
  try {
    const joined = await joinable(spawner, candidates);
    const find = (version: 1 | 2, file: string) =>
      joined.find((one) => one.version === version && existsSync(join(one.group, file)));
    const tree = { 2: find(2, "cgroup.kill"), 1: find(1, "pids.max") ?? find(1, "freezer.state") };
    return {
      tree: base(treeVersion ? tree[treeVersion] : (tree[2] ?? tree[1])),
      usage: base(find(2, "cpu.stat") ?? find(1, "cpuacct.usage")),
      memory: base(find(2, "memory.max") ?? find(1, "memory.limit_in_bytes")),
      cpu: base(find(2, "cpu.max") ?? find(1, "cpu.cfs_quota_us")),
    };
  } finally {
    await Promise.all(candidates.map(({ group }) => removeGroup(group)));
  }
}

const base = (found: Base | undefined): Base | null =>
  found ? { version: found.version, directory: found.directory } : null;

/**
 * In v2 a group that has processes of its own hands no controller down, so a manager that delegates puts us into a
 * sub-group of what is ours (`DelegateSubgroup=`, a container's `init` group): sessions then go beside it, not below.
 */
function roomFor(own: string): string {
  const above = dirname(own);
  const isDelegated = /\.(service|scope)$/.test(basename(above)) || isNamespaceRoot(above);
  if (!isDelegated || !isWritable(above) || readGroupFile(above, "cgroup.procs") !== "") return own;
  for (const controller of ["memory", "cpu", "pids"]) {
    try {
      writeGroupFile(above, "cgroup.subtree_control", `+${controller}`);
    } catch {
      // Not ours to hand down: what it would enforce is enforced by other means.
    }
  }
  return above;
}

/** The top of a container's own view: no group is above, yet it is a group (the machine's root has no type). */
const isNamespaceRoot = (directory: string): boolean =>
  readGroupFile(dirname(directory), "cgroup.procs") === null && readGroupFile(directory, "cgroup.type") !== null;

async function joinable(spawner: Spawner, candidates: Candidate[]): Promise<Candidate[]> {
  const made: Candidate[] = [];
  for (const candidate of candidates) {
    await createGroup(candidate.group).then(
      () => made.push(candidate),
      () => {},
    );
  }
  const script = 'for group; do (echo 0 >> "$group/cgroup.procs") && echo "$group"; done';
  const { stdout } = await spawner.run({
    command: "/bin/sh",
    args: ["-c", script, "sh", ...made.map(({ group }) => group)],
    env: {},
    timeoutMs: 5_000,
  });
  const joined = new Set(stdout.split("\n"));
  return made.filter(({ group }) => joined.has(group));
}
