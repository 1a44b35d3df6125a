import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { recordAll } from "@/lib/journal.ts";
import { liveSessionStatuses, type SessionVerb, sessionMoves } from "@/lib/session/machine.ts";

export const sessionMovesJson = JSON.stringify(
  Object.fromEntries(sessionMoves.map(({ verb, from, to }) => [verb, { from, to: [to] }])),
);

/** Moves a session by compare-and-set; false when it is not in a status the move starts from (a stale caller). */
export async function transitionSession(
  tx: Tx,
  sessionId: string,
  verb: SessionVerb,
  options: { actor: Actor; reason: string | null; message?: string; baseCommit?: string },
): Promise<boolean> {
  const set = JSON.stringify({ message: options.message, baseCommit: options.baseCommit });
  const [row] = await tx.$queryRaw<[{ moved: { events: unknown[] } | null }]>`
    SELECT move_session(${sessionMovesJson}::jsonb, ${sessionId}::uuid, ${verb}, ${JSON.stringify(options.actor)}::jsonb,
      ${options.reason}, ${set}::jsonb) AS moved`;
  if (row.moved === null) return false;
  recordAll(tx, row.moved.events);
  return true;
}

/** The live session of a task, if any: there is at most one. */
export function findLiveSession(tx: Tx, taskId: string) {
  return tx.session.findFirst({ where: { taskId, status: { in: [...liveSessionStatuses] } } });
}
