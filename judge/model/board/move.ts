import { findTaskMove, isTaskMoveLegal, type TaskStatus, type TaskVerb } from "@/lib/task/machine.ts";
import { type Board, dependentsOf, isBlocked, type Task } from "./board.ts";

export interface Move {
  /** The last one the machine lists when left out. */
  to?: TaskStatus;
  /** Who queues: the id of a person, or the system. */
  by?: { type: "person" | "system"; id: string };
  isForced?: boolean;
  delayMs?: number;
  failures?: number;
  losses?: number;
  resultCommit?: string | null;
}

const freshStarts: readonly TaskVerb[] = ["reopen", "queue", "requestChanges"];

/** One change of status with all that hangs on it. Answers the tasks it has released; the caller knows that it is legal. */
export function moveTask(board: Board, task: Task, verb: TaskVerb, move: Move = {}): Task[] {
  const { to = findTaskMove(verb).to.at(-1)!, by = { type: "person", id: "" } } = move;
  const from = task.status;
  if (!isTaskMoveLegal(verb, from)) throw new Error(`The model moved a task that is ${from}: ${verb}.`);
  const isQueued = to === "QUEUED";
  task.status = to;
  task.version += 1;
  if (verb === "claim") task.attempts += 1;
  if (verb === "reopen") task.generation += 1;
  task.failures = freshStarts.includes(verb) ? 0 : task.failures + (move.failures ?? 0);
  task.losses = freshStarts.includes(verb) ? 0 : task.losses + (move.losses ?? 0);
  task.queuedAtMs = isQueued ? board.nowMs : null;
  task.queueRank = isQueued ? rankOf(board, task) : null;
  task.availableAtMs = isQueued && move.delayMs !== undefined ? board.nowMs + move.delayMs : null;
  if (verb === "queue" || verb === "requestChanges") {
    task.queuedBy = verb === "queue" ? by.type : "person";
    task.requestedBy = verb === "queue" && by.type === "system" ? task.createdBy : by.id;
  }
  if (verb === "queue") task.isForced = move.isForced ?? false;
  else if (!["QUEUED", "RUNNING", "VALIDATING"].includes(to)) task.isForced = false;
  if (move.resultCommit !== undefined && move.resultCommit !== null) task.resultCommit = move.resultCommit;
  else if (verb === "claim" || verb === "reopen") task.resultCommit = null;
  task.waitingSinceMs = null;
  task.monitoredAtMs = null;
  keepWaitingSince(board, task);
  return passOn(board, task, from, to);
}

/** Its place: waiting makes it better, each step of priority as much as so many seconds of waiting. */
export const rankSince = (board: Board, { priority }: Task, sinceMs: number): number =>
  sinceMs / 1000 - priority * board.config.priorityAgeingSeconds;

export const rankOf = (board: Board, task: Task): number => rankSince(board, task, task.queuedAtMs!);

/** It could start: queued or approved with nothing open, or queued all the same. */
export const isWaiting = (board: Board, task: Task): boolean =>
  (task.status === "QUEUED" && task.isForced) ||
  ((task.status === "QUEUED" || task.status === "APPROVED") && !isBlocked(board, task));

/** After its dependencies have changed: an episode of waiting begins, goes on or is over. */
export function keepWaitingSince(board: Board, task: Task): void {
  if (isWaiting(board, task)) task.waitingSinceMs ??= Math.max(task.availableAtMs ?? 0, board.nowMs);
  else Object.assign(task, { waitingSinceMs: null, monitoredAtMs: null });
}

/** What a completion, or its undoing, means for those that wait for it. */
function passOn(board: Board, task: Task, from: TaskStatus, to: TaskStatus): Task[] {
  if (from !== "COMPLETED" && to !== "COMPLETED") return [];
  const dependents = dependentsOf(board, task.id);
  for (const dependent of dependents) keepWaitingSince(board, dependent);
  if (to === "COMPLETED")
    return dependents.filter(
      (dependent) =>
        !isBlocked(board, dependent) && dependent.status !== "COMPLETED" && dependent.status !== "CANCELLED",
    );
  for (const dependent of dependents)
    if (dependent.status === "QUEUED" && !dependent.isForced) moveTask(board, dependent, "unqueue");
  return [];
}
