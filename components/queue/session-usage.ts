import type { OrchestratorUsage } from "@/lib/resource/contract.ts";

export type RunningSession = OrchestratorUsage["sessions"][number];

/** The last sample of what a session's processes use; null where there is none. */
export function usageOf({ usage }: Pick<RunningSession, "usage">) {
  return { cpus: numberIn(usage.cpus), memoryBytes: numberIn(usage.memoryBytes) };
}

const numberIn = (value: unknown): number | null => (typeof value === "number" ? value : null);
