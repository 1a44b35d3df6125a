import type { Tx } from "@/lib/db.ts";
import type { Check } from "@/lib/monitor/react.ts";
import { sightingText } from "@/lib/monitor/sighting-text.ts";
import type { Sighting } from "@/lib/monitor/sightings.ts";
import type { SessionReason } from "@/lib/session/machine.ts";
import { transitionSession } from "@/lib/session/transition.ts";
import { transition } from "@/lib/task/transition.ts";

export const reasonOf = { silent: "SILENT", no_heartbeat: "NO_HEARTBEAT" } as const satisfies Record<
  "silent" | "no_heartbeat",
  SessionReason
>;

/** The task is STALLED until a person acts; a live session with it, and its orchestrator ends the processes. */
export async function markStalled(
  tx: Tx,
  { actor }: Check,
  sightings: readonly Sighting[],
): Promise<Map<string, string>> {
  for (const sighting of sightings) {
    const { kind, task, session } = sighting;
    const reason = kind === "pending" ? "PENDING_TIMEOUT" : reasonOf[kind];
    const message = sightingText(sighting);
    if (session) await transitionSession(tx, session.id, "stall", { actor, reason, message });
    await transition(tx, task.id, "stall", { actor, reason, set: { lastError: message } });
  }
  return new Map();
}
