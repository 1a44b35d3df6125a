import type { Tx } from "@/lib/db.ts";
import { pauseWords } from "@/lib/task/explain-resources.ts";

export interface Readiness {
  /** Whether somebody takes work. Reads are answered either way. */
  status: "ready" | "not ready";
  reason: string | null;
}

/** Ready when an orchestrator lives and claims. Asked without a credential, so it names no paths, keys or titles. */
export async function readiness(tx: Tx): Promise<Readiness> {
  const workers = await tx.$queryRaw<{ pausedReason: string | null }[]>`
    SELECT "pausedReason" FROM "Worker" WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp()`;
  if (workers.some(({ pausedReason }) => pausedReason === null)) return { status: "ready", reason: null };
  const [first] = workers;
  if (first === undefined) return { status: "not ready", reason: "No orchestrator is running." };
  return { status: "not ready", reason: pauseWords(first.pausedReason) };
}
