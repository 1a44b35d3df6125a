import type { Report, SandboxGone } from "@/lib/session/settle.ts";
import { type Board, isBlocked, queueLength, type Session, type Worker } from "./board.ts";
import { claimFor, type Ticket } from "./claim.ts";
import { moveTask, rankSince } from "./move.ts";
import { type ExpectedAnswer, settle } from "./settle.ts";

export interface ExpectedTurn {
  answers: ExpectedAnswer[];
  claims: Session[];
  isUnfinished: boolean;
  /** The projects whose lock it holds until it ends. */
  locked: Set<string>;
  /** It lets tasks into the queue, or might have: nobody else does until it ends. */
  isQueueing: boolean;
}

export interface Turn {
  reports: readonly (Report | SandboxGone)[];
  worker: Worker | null;
  tickets: readonly Ticket[];
  leaseMs: number;
}

/** What somebody else has in hand: projects that are written to, and whether the queue is. */
export interface Elsewhere {
  busy: ReadonlySet<string>;
  isQueueing: boolean;
}
const nowhere: Elsewhere = { busy: new Set(), isQueueing: false };

/** Settle, promote, claim. What it settles is never in a project that is busy elsewhere. */
export function takeTurn(board: Board, turn: Turn, elsewhere: Elsewhere = nowhere): ExpectedTurn {
  const { answers, locked, isQueueing } = settleAndPromote(board, turn, elsewhere);
  if (turn.worker === null) return { answers, claims: [], isUnfinished: false, locked, isQueueing };
  const { claims, skipped, counted } = claimFor(board, { ...turn, worker: turn.worker }, elsewhere.busy);
  for (const projectId of counted) locked.add(projectId);
  return { answers, claims, isUnfinished: skipped > 0, locked, isQueueing };
}

/** The first part of a turn, before anything is given out. */
export function settleAndPromote(
  board: Board,
  turn: Turn,
  elsewhere: Elsewhere,
): Pick<ExpectedTurn, "answers" | "locked" | "isQueueing"> {
  const locked = reportedProjects(board, turn);
  const answers = turn.reports.map((report) => settle(board, report));
  const promoted = turn.worker === null ? [] : promote(board, elsewhere);
  for (const projectId of promoted) locked.add(projectId);
  return { answers, locked, isQueueing: promoted.length > 0 && !elsewhere.isQueueing };
}

/** The projects of the tasks it reports about: those it waits for, however busy they are. */
export const reportedProjects = (board: Board, { reports }: Pick<Turn, "reports">): Set<string> =>
  new Set(reports.flatMap(({ taskId }) => board.tasks.get(taskId)?.projectId ?? []));

/**
 * Queues, for the system, what is approved and unblocked in projects that act by themselves; answers those projects. Where the
 * queue has no room for all, they come as they would come in it: by the time since they could start, and their priority.
 */
function promote(board: Board, { busy, isQueueing }: Elsewhere): string[] {
  const projects = [...board.projects.values()].filter(({ id, isAutonomous }) => isAutonomous && !busy.has(id));
  const ids = new Set(projects.map(({ id }) => id));
  const ready = [...board.tasks.values()].filter(
    (task) => ids.has(task.projectId) && task.status === "APPROVED" && !isBlocked(board, task),
  );
  const rank = new Map(ready.map((task) => [task.id, rankSince(board, task, task.waitingSinceMs!)]));
  ready.sort((a, b) => rank.get(a.id)! - rank.get(b.id)! || (a.id < b.id ? -1 : 1));
  const room = Math.max(0, board.config.maxQueueSize - queueLength(board));
  for (const task of isQueueing ? [] : ready.slice(0, room))
    moveTask(board, task, "queue", { by: { type: "system", id: "orchestrator" } });
  return [...new Set(ready.map(({ projectId }) => projectId))];
}
