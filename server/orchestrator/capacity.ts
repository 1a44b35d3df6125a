import { availableParallelism, totalmem } from "node:os";
import { env } from "@/lib/env.ts";
import { ownCpuQuota } from "../sandbox/cgroup/own-limits.ts";

/** What an orchestrator gives out to sessions that ask for some. */
export interface Capacity {
  /** Cores. */
  cpus: number;
  memoryBytes: number;
}

/** What the operator says, else what this machine has; less where a control group gives us less. */
export function readCapacity({ RUNBOARD_CPUS, RUNBOARD_MEMORY_BYTES } = env): Capacity {
  return {
    cpus: RUNBOARD_CPUS ?? Math.min(availableParallelism(), ownCpuQuota() ?? Number.POSITIVE_INFINITY),
    memoryBytes: RUNBOARD_MEMORY_BYTES ?? ownMemory(),
  };
}

/** Node knows the limit of our own group; 0, or more than there is, means none. */
function ownMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
