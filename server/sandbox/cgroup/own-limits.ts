import { dirname } from "node:path";
import { groupNumber, readGroupFile } from "./cgroup.ts";
import { readGroupPlaces } from "./cgroup-places.ts";

/** The cores our own control group, or one above it, lets us use; null: as many as there are. */
export function ownCpuQuota(places = readGroupPlaces()): number | null {
  const quotas = [places.unified, places.controllers.get("cpu")].flatMap((group) => (group ? quotasFrom(group) : []));
  return quotas.length === 0 ? null : Math.min(...quotas);
}

function quotasFrom(group: string): number[] {
  const quotas: number[] = [];
  for (let at = group; readGroupFile(at, "cgroup.procs") !== null; at = dirname(at)) {
    const quota = quotaOf(at);
    if (quota !== null) quotas.push(quota);
  }
  return quotas;
}

/** v2: `cpu.max` is "50000 100000" or "max 100000"; v1: two files, -1 for none. */
function quotaOf(group: string): number | null {
  const [quota, period] = (readGroupFile(group, "cpu.max") ?? "").split(" ").map(Number);
  if (quota && period) return quota / period;
  const quotaUs = groupNumber(group, "cpu.cfs_quota_us");
  const periodUs = groupNumber(group, "cpu.cfs_period_us");
  return quotaUs && periodUs ? quotaUs / periodUs : null;
}
