import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readGroupPlaces } from "./cgroup-places.ts";

/**
 * Who joins a control group waits until every processor has passed a quiet point (6 to 16 ms), unless another has waited
 * within the last 20 or so: the kernel keeps that ready for a while. So we join the group we are in, which moves nothing,
 * while the session that will join its own is still being prepared.
 *
 * Source: the kernel's `cgroup_threadgroup_rwsem`, one for all groups of all versions, and docs/performance.md.
 */
export function createJoinAhead({ unified, controllers } = readGroupPlaces()): () => Promise<void> {
  const own = unified ?? [...controllers.values()][0] ?? null;
  let isJoining = false;
  return async () => {
    if (own === null || isJoining) return;
    isJoining = true;
    // Where that is not ours to write, sessions wait as they always did.
    await writeFile(join(own, "cgroup.procs"), String(process.pid), { flag: "r+" }).catch(() => {});
    isJoining = false;
  };
}
