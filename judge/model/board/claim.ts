import {
  asked,
  type Board,
  byRank,
  isBlocked,
  isInQueue,
  liveSessions,
  mayWork,
  type Resource,
  resources,
  type Session,
  type Task,
  type Worker,
} from "./board.ts";
import { moveTask } from "./move.ts";

export interface Ticket {
  sessionId: string;
  sandboxId: string;
}

export interface ClaimResult {
  claims: Session[];
  /** Projects with queued tasks that somebody else was writing to. */
  skipped: number;
  /** Projects whose tasks were looked at, under their locks. */
  counted: string[];
}

interface Question {
  worker: Worker;
  tickets: readonly Ticket[];
  leaseMs: number;
}

const nothing: ClaimResult = { claims: [], skipped: 0, counted: [] };

/**
 * Free slots go down the one order. A task is passed over only while its project, its user or its type is full, its type is
 * paused, its last attempt's processes are there, or a resource it asks for is short; a short resource is kept for the first that
 * asked for it, unless that asks for more than the worker has at all.
 */
export function claimFor(board: Board, question: Question, busy: ReadonlySet<string> = new Set()): ClaimResult {
  const { worker, tickets } = question;
  if (!mayWork(board, worker)) return nothing;
  for (const task of board.tasks.values()) if (isDue(board, task)) task.availableAtMs = null;
  const free = freeSlots(board, question);
  if (free === 0) return nothing;
  const all = new Set([...board.tasks.values()].filter(isInQueue).map(({ projectId }) => projectId));
  const counted = [...all].filter((projectId) => !busy.has(projectId));
  const claims: Session[] = [];
  const short = new Set<Resource>();
  let exhausted: string | null = null;
  for (const task of [...board.tasks.values()].filter(isInQueue).sort(byRank)) {
    if (claims.length >= free) break;
    if (!counted.includes(task.projectId) || !mayRun(board, task) || isFull(board, task)) continue;
    const asks = asked(board, task);
    if (
      resources.some(
        (one) => asks[one] > 0 && (short.has(one) || asks[one] > (worker.has[one] ?? Number.POSITIVE_INFINITY)),
      )
    )
      continue;
    const missing = resources.find((one) => isMissing(board, { worker, one, asked: asks[one] }));
    if (missing !== undefined) {
      short.add(missing);
      exhausted ??= `${missing}:${task.id}`;
      continue;
    }
    claims.push(start(board, task, { ...question, ticket: tickets[claims.length]! }));
  }
  worker.exhausted = exhausted;
  return { claims, skipped: all.size - counted.length, counted };
}

/** What the worker may start now, of what it asks for. */
export const freeSlots = (board: Board, { worker, tickets }: Pick<Question, "worker" | "tickets">): number =>
  mayWork(board, worker) ? Math.max(0, Math.min(tickets.length, worker.maxConcurrent - mine(board, worker).length)) : 0;

export const isDue = (board: Board, { status, availableAtMs }: Task): boolean =>
  status === "QUEUED" && availableAtMs !== null && availableAtMs <= board.nowMs;

const mine = (board: Board, worker: Worker): Session[] =>
  liveSessions(board).filter(({ workerId }) => workerId === worker.id);

function mayRun(board: Board, task: Task): boolean {
  if (isBlocked(board, task) && !task.isForced) return false;
  if (task.queuedBy === "system" && !board.projects.get(task.projectId)!.isAutonomous) return false;
  return ![...board.sessions.values()].some(({ taskId, isPresent }) => taskId === task.id && isPresent);
}

function isFull(board: Board, { projectId, requestedBy, type }: Task): boolean {
  const { maxConcurrentPerUser, maxConcurrentPerAgentType } = board.config;
  const count = (is: (session: Session) => boolean) => liveSessions(board).filter(is).length;
  return (
    count((session) => session.projectId === projectId) >= board.projects.get(projectId)!.maxConcurrentSessions ||
    (requestedBy !== null &&
      count((one) => one.requestedBy === requestedBy) >= (maxConcurrentPerUser ?? Number.POSITIVE_INFINITY)) ||
    count((session) => session.type === type) >= (maxConcurrentPerAgentType[type] ?? Number.POSITIVE_INFINITY) ||
    (board.pauses.get(type) ?? 0) > board.nowMs
  );
}

/** Given out is what sandboxes hold whose processes are not proven gone, whatever became of their sessions. */
function isMissing(board: Board, { worker, one, asked }: { worker: Worker; one: Resource; asked: number }): boolean {
  const has = worker.has[one];
  if (asked === 0 || has === null) return false;
  const given = [...board.sessions.values()]
    .filter(({ holderId, isPresent }) => holderId === worker.id && isPresent)
    .reduce((sum, session) => sum + session.given[one], 0);
  return given + asked > has;
}

function start(board: Board, task: Task, { worker, ticket, leaseMs }: Question & { ticket: Ticket }): Session {
  const { failures, losses } = task;
  const given = asked(board, task);
  moveTask(board, task, "claim");
  const session: Session = {
    id: ticket.sessionId,
    sandboxId: ticket.sandboxId,
    taskId: task.id,
    projectId: task.projectId,
    attempt: task.attempts,
    generation: task.generation,
    type: task.type,
    status: "STARTING",
    reason: null,
    workerId: worker.id,
    holderId: worker.id,
    hostId: worker.hostId,
    leaseUntilMs: board.nowMs + leaseMs,
    heartbeatAtMs: board.nowMs,
    activeAtMs: board.nowMs,
    monitoredAtMs: null,
    requestedBy: task.requestedBy,
    given,
    resultCommit: null,
    isPresent: true,
    failures,
    losses,
    report: null,
    answer: null,
  };
  board.sessions.set(session.sandboxId, session);
  return session;
}
