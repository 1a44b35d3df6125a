import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { startTime } from "../../process-identity.ts";
import { processesIn, removeOnce } from "./cgroup.ts";
import { memoryHitIn } from "./memory-hit.ts";

/** A group that is being set up is empty, too: only what has been there for long is nobody's. */
const STALE_MS = 3_600_000;
/** That the kernel ended processes for their memory is known from their group alone, and may still be asked for. */
const EVIDENCE_MS = 7 * 24 * STALE_MS;

/**
 * Removes empty groups which processes that died at the wrong moment have left below a directory: those of a probe whose
 * process is gone, and those of sessions that were made long ago. Whoever's they were, nothing runs in them.
 */
export async function sweepGroups(directory: string, nowMs = Date.now()): Promise<void> {
  for (const name of groupNames(directory)) {
    const group = join(directory, name);
    const probe = /^runboard-probe-(\d+)/.exec(name)?.[1];
    const keptMs = memoryHitIn(group) ? EVIDENCE_MS : STALE_MS;
    const isStale = probe ? startTime(Number(probe)) === null : nowMs - madeAtMs(group) > keptMs;
    if (isStale && processesIn(group).length === 0) await removeOnce(group);
  }
}

function groupNames(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.startsWith("runboard-"));
  } catch {
    return [];
  }
}

const madeAtMs = (group: string): number =>
  statSync(group, { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY;
