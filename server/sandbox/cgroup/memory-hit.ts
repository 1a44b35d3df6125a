import { groupNumber } from "./cgroup.ts";

/** That the kernel ended processes of a session because they used more memory than it was given. */
export interface MemoryHit {
  killedCount: number;
  limitBytes: number;
}

/** Null where nothing was ended, and when the group is gone. */
export function memoryHitIn(group: string): MemoryHit | null {
  const killedCount =
    groupNumber(group, "memory.events", "oom_kill") ?? groupNumber(group, "memory.oom_control", "oom_kill") ?? 0;
  const limitBytes = groupNumber(group, "memory.max") ?? groupNumber(group, "memory.limit_in_bytes");
  return killedCount > 0 && limitBytes !== null ? { killedCount, limitBytes } : null;
}
