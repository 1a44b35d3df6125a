import { isDeepStrictEqual } from "node:util";

import { sessionMoves } from "@/lib/session/machine.ts";
import type { Report, SandboxGone } from "@/lib/session/settle.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";
import { type Board, isLive, type Session } from "./board.ts";
import { moveTask } from "./move.ts";

export interface ExpectedAnswer {
  sandboxId: string;
  accepted: boolean;
  code?: "STALE_ATTEMPT";
  answer?: unknown;
}

/** Takes one report in: for the session it is about, while that is live and held by who reports; anything else changes nothing. */
export function settle(board: Board, report: Report | SandboxGone): ExpectedAnswer {
  const { sandboxId } = report;
  const session = board.sessions.get(sandboxId);
  if (session === undefined || session.taskId !== report.taskId)
    return { sandboxId, accepted: false, code: "STALE_ATTEMPT" };
  const isStale =
    !isLive(session) ||
    (report.taskVerb !== undefined && report.workerId !== undefined && report.workerId !== session.workerId);
  const isEnding = report.taskVerb !== undefined && !isStale;
  if (report.terminated === true && (!isLive(session) || isEnding)) session.isPresent = false;
  if (report.taskVerb === undefined) {
    keepCommit(board, session, (report as { resultCommit?: string }).resultCommit);
    return { sandboxId, accepted: true };
  }
  if (isStale) {
    // What it left counts all the same where it had reported its success itself.
    if (!isLive(session) && report.workerId === session.workerId) keepCommit(board, session, report.resultCommit);
    return answerAgain(session, report);
  }
  return accept(board, session, report);
}

/** What the processes left when the session had been ended by somebody else; it counts where the attempt succeeded, and last. */
function keepCommit(board: Board, session: Session, commit: string | undefined): void {
  if (commit === undefined) return;
  session.resultCommit = commit;
  const task = board.tasks.get(session.taskId)!;
  const isLast = task.attempts === session.attempt && task.generation === session.generation;
  const isDone = task.status === "COMPLETED" || task.status === "REVIEW";
  if (isLast && isDone && session.status === "SUCCEEDED") task.resultCommit ??= commit;
}

/** The same report again gets the same answer; any other is stale. */
function answerAgain({ sandboxId, report: known, answer }: Session, { report }: Report): ExpectedAnswer {
  if (known !== null && isDeepStrictEqual(known, report)) return { sandboxId, accepted: true, answer };
  return { sandboxId, accepted: false, code: "STALE_ATTEMPT" };
}

function accept(board: Board, session: Session, report: Report): ExpectedAnswer {
  const task = board.tasks.get(session.taskId)!;
  const project = board.projects.get(session.projectId)!;
  const isSuccess = report.taskVerb === "succeed";
  const to: TaskStatus = isSuccess
    ? project.requireReview
      ? "REVIEW"
      : "COMPLETED"
    : report.taskVerb === "retry"
      ? "QUEUED"
      : "FAILED";
  const released = moveTask(board, task, report.taskVerb, {
    to,
    ...(report.delayMs === undefined ? {} : { delayMs: report.delayMs }),
    failures: report.failures ?? 0,
    losses: report.losses ?? 0,
    resultCommit: isSuccess ? (report.resultCommit ?? null) : null,
  });
  const isReturned = to === "QUEUED" && task.queuedBy === "system" && !project.isAutonomous;
  if (isReturned) moveTask(board, task, "unqueue");
  if (report.pauseMs !== undefined) {
    const until = board.nowMs + report.pauseMs;
    board.pauses.set(session.type, Math.max(until, board.pauses.get(session.type) ?? 0));
  }
  const answer = {
    status: "accepted",
    taskId: task.id,
    newStatus: isReturned ? "APPROVED" : to,
    unblockedTasks: released.map(({ id }) => id).sort(),
  };
  Object.assign(session, {
    status: sessionMoves.find(({ verb }) => verb === report.sessionVerb)!.to,
    reason: report.reason,
    resultCommit: report.resultCommit ?? session.resultCommit,
    report: report.report ?? null,
    answer,
  });
  return { sandboxId: session.sandboxId, accepted: true, answer };
}
