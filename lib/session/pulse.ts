import type { Tx } from "@/lib/db.ts";
import type { SessionPulse } from "@/lib/live-protocol.ts";

/** What the agents that run in these projects do at the moment. Cheap enough to be asked every second: live sessions have an index. */
export function readPulses(tx: Tx, projectIds: readonly string[]): Promise<SessionPulse[]> {
  const ids = [...projectIds];
  return tx.$queryRaw<SessionPulse[]>`
    SELECT "projectId", "taskId", id AS "sessionId", "liveLine", "costUsd" FROM "Session"
    WHERE "projectId" = ANY (${ids}::uuid[]) AND status IN ('STARTING', 'RUNNING') AND agent <> 'cli'`;
}
