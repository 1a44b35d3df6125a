import { type Board, isLive, type Session, type Worker } from "./board.ts";

export interface Patience {
  leaseMs: number;
  marginMs: number;
  unguardedMs: number;
}

/** The end of a pause counts as a beginning at most this often. */
const pauseTellsMs = 3_600_000;

/** Renews the lease of a worker and of its sessions, unless it was given up. */
export function renew(board: Board, worker: Worker, { leaseMs, slots, isShort }: Renewal): boolean {
  if (worker.isStopped || !board.workers.has(worker.id)) return false;
  const hasPaused = worker.isPaused && !isShort && worker.heldSinceMs < board.nowMs - pauseTellsMs;
  const beginsAnew = worker.leaseUntilMs < board.nowMs || hasPaused;
  worker.heldSinceMs = beginsAnew ? board.nowMs : Math.min(worker.heldSinceMs, board.nowMs);
  worker.leaseUntilMs = board.nowMs + leaseMs;
  worker.maxConcurrent = board.config.maxConcurrent ?? slots;
  worker.isPaused = isShort;
  for (const session of board.sessions.values())
    if (isLive(session) && session.workerId === worker.id)
      Object.assign(session, { leaseUntilMs: worker.leaseUntilMs, heartbeatAtMs: board.nowMs });
  return true;
}

interface Renewal {
  leaseMs: number;
  /** How many it has where the configuration does not say. */
  slots: number;
  /** Its disk is short. */
  isShort: boolean;
}

/** What orchestrators of the same host left that are gone, or stood still for too long, becomes this one's. */
export function takeOver(
  board: Board,
  worker: Worker,
  { leaseMs, marginMs, from }: Patience & { from: "dead" | "dead or silent" },
): void {
  for (const other of [...board.workers.values()]) {
    if (other.hostId !== worker.hostId || other.id === worker.id) continue;
    const isGone =
      other.isStopped || other.isDead || (from === "dead or silent" && other.leaseUntilMs < board.nowMs - marginMs);
    if (isGone) board.workers.delete(other.id);
  }
  for (const session of board.sessions.values()) {
    if (session.hostId !== worker.hostId || !session.isPresent || board.workers.has(session.holderId)) continue;
    session.holderId = worker.id;
    if (isLive(session))
      Object.assign(session, { workerId: worker.id, leaseUntilMs: board.nowMs + leaseMs, heartbeatAtMs: board.nowMs });
  }
}

/** Marks the workers of other hosts as stopped that say nothing any more; answers what they held. None of them is guarded here. */
export function giveUpLost(board: Board, worker: Worker, { unguardedMs }: Patience): Session[] {
  const isLost = (other: Worker) => other.leaseUntilMs + unguardedMs < board.nowMs;
  for (const other of board.workers.values())
    if (other.hostId !== worker.hostId && isLost(other)) other.isStopped = true;
  return [...board.sessions.values()].filter((session) => {
    if (!session.isPresent || session.hostId === worker.hostId) return false;
    const holder = board.workers.get(session.holderId);
    return holder === undefined ? session.leaseUntilMs + unguardedMs < board.nowMs : holder.isStopped && isLost(holder);
  });
}
