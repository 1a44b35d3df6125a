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
 * asked for it, unless that asks for more than the worker has at all. Who is first in line keeps what is free of what it needs.
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
  const queue = [...board.tasks.values()].filter(isInQueue).sort(byRank);
  const first = queue.find((task) => counted.includes(task.projectId) && mayRun(board, task) && isInLine(board, task));
  const kept = first === undefined ? nothingKept : keepFor(board, worker, first);
  const short = new Set<Resource>(kept.short);
  let exhausted: string | null = kept.exhausted;
  for (const task of queue) {
    if (claims.length >= free) break;
    if (!counted.includes(task.projectId) || !mayRun(board, task) || isFull(board, task, kept)) continue;
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
  return ![...board.sessions.values()].some(
    ({ taskId, isPresent }) =>
      isPresent && (taskId === task.id || (task.waitsFor.has(taskId) && isUnpublished(board.tasks.get(taskId)))),
  );
}

/** Its success was reported; its work is still being stored. */
const isUnpublished = (task: Task | undefined): boolean => task?.status === "COMPLETED" && task.resultCommit === null;

/** Some orchestrator could run it, were nothing else running. */
function isInLine(board: Board, task: Task): boolean {
  if (isPaused(board, task) || board.config.maxConcurrentPerAgentType[task.type] === 0) return false;
  return [...board.workers.values()].some((worker) => mayWork(board, worker) && hasEnough(board, worker, task));
}

const isPaused = (board: Board, { type }: Task): boolean => (board.pauses.get(type) ?? 0) > board.nowMs;

const hasEnough = (board: Board, { has }: Worker, task: Task): boolean =>
  resources.every((one) => asked(board, task)[one] <= (has[one] ?? Number.POSITIVE_INFINITY));

/** Places and resources that nobody else gets in this turn. */
interface Kept {
  limits: ReadonlyMap<Limit, string | null>;
  short: readonly Resource[];
  exhausted: string | null;
}
const nothingKept: Kept = { limits: new Map(), short: [], exhausted: null };

const limits = ["projectId", "requestedBy", "type"] as const;
type Limit = (typeof limits)[number];

/** In one order: places first, and all its resources once it has those; nothing when it can start. */
function keepFor(board: Board, worker: Worker, first: Task): Kept {
  const full = limits.findIndex((limit) => isLimitFull(board, first, { limit, kept: nothingKept }));
  const held = new Map(limits.slice(0, full < 0 ? limits.length : full).map((limit) => [limit, first[limit]]));
  if (full >= 0 || !hasEnough(board, worker, first)) return { ...nothingKept, limits: held };
  const asks = asked(board, first);
  const missing = resources.find((one) => isMissing(board, { worker, one, asked: asks[one] }));
  if (missing === undefined) return nothingKept;
  const short = resources.filter((one) => asks[one] > 0);
  return { limits: held, short, exhausted: `${missing}:${first.id}` };
}

const isFull = (board: Board, task: Task, kept: Kept): boolean =>
  isPaused(board, task) || limits.some((limit) => isLimitFull(board, task, { limit, kept }));

function isLimitFull(board: Board, task: Task, { limit, kept }: { limit: Limit; kept: Kept }): boolean {
  const whose = task[limit];
  if (whose === null) return false;
  const { maxConcurrentPerUser, maxConcurrentPerAgentType } = board.config;
  const most = {
    projectId: board.projects.get(task.projectId)!.maxConcurrentSessions,
    requestedBy: maxConcurrentPerUser ?? Number.POSITIVE_INFINITY,
    type: maxConcurrentPerAgentType[task.type] ?? Number.POSITIVE_INFINITY,
  };
  const live = liveSessions(board).filter((session) => session[limit] === whose).length;
  return live + (kept.limits.get(limit) === whose ? 1 : 0) >= most[limit];
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
