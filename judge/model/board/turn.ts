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
}

export interface Turn {
  reports: readonly (Report | SandboxGone)[];
  worker: Worker | null;
  tickets: readonly Ticket[];
  leaseMs: number;
}

/** Settle, promote, claim. `busy`: projects somebody else is writing to; what it settles is never in one of them. */
export function takeTurn(board: Board, turn: Turn, busy: ReadonlySet<string> = new Set()): ExpectedTurn {
  const { answers, locked } = settleAndPromote(board, turn, busy);
  if (turn.worker === null) return { answers, claims: [], isUnfinished: false, locked };
  const { claims, skipped, counted } = claimFor(board, { ...turn, worker: turn.worker }, busy);
  for (const projectId of counted) locked.add(projectId);
  return { answers, claims, isUnfinished: skipped > 0, locked };
}

/** The first part of a turn, before anything is given out. */
export function settleAndPromote(
  board: Board,
  turn: Turn,
  busy: ReadonlySet<string>,
): Pick<ExpectedTurn, "answers" | "locked"> {
  const locked = reportedProjects(board, turn);
  const answers = turn.reports.map((report) => settle(board, report));
  if (turn.worker !== null) for (const projectId of promote(board, busy)) locked.add(projectId);
  return { answers, locked };
}

/** The projects of the tasks it reports about: those it waits for, however busy they are. */
export const reportedProjects = (board: Board, { reports }: Pick<Turn, "reports">): Set<string> =>
  new Set(reports.flatMap(({ taskId }) => board.tasks.get(taskId)?.projectId ?? []));

/**
 * Queues, for the system, what is approved and unblocked in projects that act by themselves; answers those projects. Where the
 * queue has no room for all, they come as they would come in it: by the time since they could start, and their priority.
 */
function promote(board: Board, busy: ReadonlySet<string>): string[] {
  const projects = [...board.projects.values()].filter(({ id, isAutonomous }) => isAutonomous && !busy.has(id));
  const ids = new Set(projects.map(({ id }) => id));
  const ready = [...board.tasks.values()].filter(
    (task) => ids.has(task.projectId) && task.status === "APPROVED" && !isBlocked(board, task),
  );
  const rank = new Map(ready.map((task) => [task.id, rankSince(board, task, task.waitingSinceMs!)]));
  ready.sort((a, b) => rank.get(a.id)! - rank.get(b.id)! || (a.id < b.id ? -1 : 1));
  const room = Math.max(0, board.config.maxQueueSize - queueLength(board));
  for (const task of ready.slice(0, room))
    moveTask(board, task, "queue", { by: { type: "system", id: "orchestrator" } });
  return [...new Set(ready.map(({ projectId }) => projectId))];
}
