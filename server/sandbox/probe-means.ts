import { type Base, type GroupBases, noBases, probeGroupBases } from "./cgroup/cgroup-bases.ts";
import type { Means, TreeMeans } from "./means.ts";
import type { Spawner } from "./spawner/spawner.ts";
import { findSubreaper } from "./spawner/subreaper.ts";

/** The means of this machine, and what they are used by. */
export interface Equipment {
  means: Means;
  bases: GroupBases;
  /** The perl that makes a wrapper a child subreaper; null where groups do better, and where it cannot. */
  perl: string | null;
}

interface ProbeOptions {
  /** Where programs of the machine are looked for. */
  path: string;
  /** Takes this one and no better one; for tests. Rejects when it cannot be had. */
  only?: TreeMeans | undefined;
}

/** Tries the means from the best down, each by doing the thing once. */
export async function probeMeans(spawner: Spawner, { path, only }: ProbeOptions): Promise<Equipment> {
  const mayGroup = only === undefined || only.startsWith("cgroup");
  const version = { "cgroup-v2": 2, "cgroup-v1": 1 }[only as string] as 1 | 2 | undefined;
  const bases = mayGroup ? await probeGroupBases(spawner, version) : noBases;
  const mayReap = bases.tree === null && (only === undefined || only === "subreaper");
  const perl = mayReap ? await findSubreaper(spawner, path) : null;
  const tree = groupMeans(bases.tree) ?? (perl === null ? "markers" : "subreaper");
  if (only !== undefined && only !== tree) throw new Error(`This machine has no ${only}.`);
  return {
    means: { tree, memory: groupMeans(bases.memory) ?? "watchdog", cpu: groupMeans(bases.cpu) ?? "none" },
    bases,
    perl,
  };
}

function groupMeans(base: Base | null): "cgroup-v1" | "cgroup-v2" | null {
  if (base === null) return null;
  return base.version === 2 ? "cgroup-v2" : "cgroup-v1";
}
