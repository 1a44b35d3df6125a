import {
  type Board,
  isBlocked,
  isLive,
  type Project,
  queueLength,
  type Session,
  type Task,
  type Worker,
} from "./board.ts";
import { moveTask } from "./move.ts";
import { settle } from "./settle.ts";
import { expectVerdict } from "./verdict.ts";

export interface Sighting {
  kind: "pending" | "silent" | "no_heartbeat";
  waitedMs: number;
  task: Task;
  session: Session | null;
}

/** What has not moved for too long and was not reacted to yet, the longest first. */
export function findSightings(board: Board, project: Project, lostMs: number): Sighting[] {
  const { nowMs } = board;
  const heard = servedSinceMs(board, () => true);
  const served = servedSinceMs(board, ({ isPaused }) => !isPaused);
  const pending = [...board.tasks.values()]
    .filter((task) => task.projectId === project.id && task.waitingSinceMs !== null && task.monitoredAtMs === null)
    .map(
      (task): Sighting => ({
        kind: "pending",
        // A pause of its provider is no waiting, nor is the time before it.
        waitedMs: nowMs - Math.max(served, task.waitingSinceMs!, board.pauses.get(task.type) ?? 0),
        task,
        session: null,
      }),
    )
    .filter(({ waitedMs }) => waitedMs > project.pendingTimeoutSeconds * 1000);
  const running = [...board.sessions.values()]
    .filter((session) => session.projectId === project.id && isLive(session) && session.monitoredAtMs === null)
    .flatMap((session): Sighting[] => {
      const task = board.tasks.get(session.taskId)!;
      const worker = board.workers.get(session.workerId);
      const unspokenMs = nowMs - session.heartbeatAtMs;
      if (unspokenMs > lostMs)
        return heard < nowMs - lostMs ? [{ kind: "no_heartbeat", waitedMs: unspokenMs, task, session }] : [];
      if (worker === undefined || worker.leaseUntilMs <= nowMs) return [];
      const silentMs = nowMs - Math.max(session.activeAtMs, worker.heldSinceMs);
      return silentMs > project.idleTimeoutSeconds * 1000
        ? [{ kind: "silent", waitedMs: silentMs, task, session }]
        : [];
    });
  return [...pending, ...running].sort((a, b) => b.waitedMs - a.waitedMs || (a.task.id < b.task.id ? -1 : 1));
}

/**
 * Since when there has been somebody to hear a session or, of those that claim, to take a task: a time without any does not count. Where all
 * have signed off nobody is expected; where no lease holds, all may only have slept.
 */
function servedSinceMs({ workers, nowMs }: Board, counts: (worker: Worker) => boolean): number {
  const expected = [...workers.values()].filter(({ isStopped }) => !isStopped);
  if (expected.length === 0) return Number.NEGATIVE_INFINITY;
  const serving = expected.filter((worker) => worker.leaseUntilMs > nowMs && counts(worker));
  return Math.min(...serving.map(({ heldSinceMs }) => heldSinceMs));
}

/** One reaction to each, as the project's strategy says; escalation is left to the caller, who knows the new ids. */
export function react(board: Board, project: Project, sightings: readonly Sighting[]): void {
  for (const { task, session } of sightings) (session ?? task).monitoredAtMs = board.nowMs;
  if (project.escalationStrategy === "mark_stalled") for (const sighting of sightings) stall(board, sighting);
  if (project.escalationStrategy === "reassign") reassign(board, project, sightings);
}

const endingOf = { silent: "silent", no_heartbeat: "unspoken" } as const;
const reasonOf = { silent: "SILENT", no_heartbeat: "NO_HEARTBEAT" } as const;

function stall(board: Board, { kind, task, session }: Sighting): void {
  if (session !== null && kind !== "pending") Object.assign(session, { status: "STALLED", reason: reasonOf[kind] });
  moveTask(board, task, "stall");
}

function reassign(board: Board, project: Project, sightings: readonly Sighting[]): void {
  const queueable = sightings.filter(({ task }) => task.status === "APPROVED").map(({ task }) => task);
  for (const { kind, task, session } of sightings) {
    if (session === null || kind === "pending") continue;
    const verdict = expectVerdict(board, session, endingOf[kind], { jitter: Math.random(), askedMs: 0 });
    const { sandboxId } = session;
    settle(board, {
      ...verdict,
      sandboxId,
      taskId: task.id,
      actor: { type: "system", id: "monitor", name: "Monitor" },
    });
  }
  const room = Math.max(0, board.config.maxQueueSize - queueLength(board));
  for (const task of project.isAutonomous ? queueable.slice(0, room) : [])
    if (!isBlocked(board, task)) moveTask(board, task, "queue", { by: { type: "system", id: "monitor" } });
}
