import { groupNumber } from "./cgroup.ts";
import { readMeans } from "./session-groups.ts";

/** That the kernel ended processes of a session because they used more memory than it was given. */
export interface MemoryHit {
  killedCount: number;
  limitBytes: number;
}

/** Null where nothing was ended, and where there is no group with a memory limit. Only until the session's groups go. */
export function memoryHit(directory: string): MemoryHit | null {
  const group = readMeans(directory)?.groups.memory;
  if (!group) return null;
  const killedCount =
    groupNumber(group, "memory.events", "oom_kill") ?? groupNumber(group, "memory.oom_control", "oom_kill") ?? 0;
  const limitBytes = groupNumber(group, "memory.max") ?? groupNumber(group, "memory.limit_in_bytes");
  return killedCount > 0 && limitBytes !== null ? { killedCount, limitBytes } : null;
}
