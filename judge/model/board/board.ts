import type { SessionStatus } from "@/lib/session/machine.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";

/**
 * The board as a few rules say it must be: plain data, no database. Times are ms of the model's own clock. What the engine does
 * is predicted exactly, ids and ranks included, so that a difference in any row is a mistake in one of the two.
 */
export interface Board {
  nowMs: number;
  config: BoardConfig;
  projects: Map<string, Project>;
  tasks: Map<string, Task>;
  /** By the id of their sandbox. */
  sessions: Map<string, Session>;
  workers: Map<string, Worker>;
  /** Types of agent whose provider asked to wait, and until when. */
  pauses: Map<string, number>;
}

export interface BoardConfig {
  /** Slots of a worker, once it has renewed its lease. */
  maxConcurrent: number | null;
  maxQueueSize: number;
  priorityAgeingSeconds: number;
  retryBaseMs: number;
  retryCapMs: number;
  maxConcurrentPerUser: number | null;
  maxConcurrentPerAgentType: Partial<Record<AgentType, number>>;
}

export const agentTypes = ["cli", "codex"] as const;
export type AgentType = (typeof agentTypes)[number];

export const strategies = ["log_only", "mark_stalled", "reassign", "escalate"] as const;

export interface Project {
  id: string;
  lastTaskNumber: number;
  isAutonomous: boolean;
  /** What a session asks for where its task says nothing. */
  sessionCpus: number | null;
  maxConcurrentSessions: number;
  requireReview: boolean;
  pendingTimeoutSeconds: number;
  idleTimeoutSeconds: number;
  escalationStrategy: (typeof strategies)[number];
}

export const resources = ["cpu", "memory", "disk"] as const;
export type Resource = (typeof resources)[number];
export type Amounts = Readonly<Record<Resource, number>>;

export interface Task {
  id: string;
  projectId: string;
  number: number;
  type: AgentType;
  status: TaskStatus;
  priority: number;
  maxAttempts: number;
  asks: Partial<Amounts>;
  waitsFor: Set<string>;
  createdBy: string;
  queuedBy: "person" | "system" | null;
  requestedBy: string | null;
  isForced: boolean;
  generation: number;
  attempts: number;
  failures: number;
  losses: number;
  version: number;
  queuedAtMs: number | null;
  queueRank: number | null;
  availableAtMs: number | null;
  waitingSinceMs: number | null;
  /** When the monitor reacted in this episode of waiting. */
  monitoredAtMs: number | null;
  /** Made by the monitor, to be looked into. */
  isEscalation: boolean;
  resultCommit: string | null;
}

export interface Session {
  id: string;
  sandboxId: string;
  taskId: string;
  projectId: string;
  attempt: number;
  generation: number;
  type: AgentType;
  status: SessionStatus;
  reason: string | null;
  workerId: string;
  /** Who answers for its processes; another than workerId only when the session had ended before it was taken over. */
  holderId: string;
  hostId: string;
  leaseUntilMs: number;
  heartbeatAtMs: number;
  activeAtMs: number;
  monitoredAtMs: number | null;
  requestedBy: string | null;
  given: Amounts;
  resultCommit: string | null;
  /** Its processes are not proven gone. */
  isPresent: boolean;
  /** What was known when it was claimed. */
  failures: number;
  losses: number;
  report: unknown;
  answer: unknown;
}

export interface Worker {
  id: string;
  hostId: string;
  maxConcurrent: number;
  /** null: it does not say how much it has, so nothing is counted. */
  has: Readonly<Record<Resource, number | null>>;
  leaseUntilMs: number;
  /** Since when it has held its lease without a break. */
  heldSinceMs: number;
  isPaused: boolean;
  /** It has signed off, or was given up by another host. */
  isStopped: boolean;
  /** Its process is gone, as a look at the process table shows. */
  isDead: boolean;
  /** The resource and task it could not place last. */
  exhausted: string | null;
}

export const isLive = ({ status }: Session): boolean => status === "STARTING" || status === "RUNNING";
export const liveSessions = (board: Board): Session[] => [...board.sessions.values()].filter(isLive);
export const mayWork = (board: Board, worker: Worker): boolean =>
  worker.leaseUntilMs > board.nowMs && !worker.isPaused && !worker.isStopped;

export const openDependencies = (board: Board, task: Task): number =>
  [...task.waitsFor].filter((id) => board.tasks.get(id)?.status !== "COMPLETED").length;
export const isBlocked = (board: Board, task: Task): boolean => openDependencies(board, task) > 0;
export const dependentsOf = (board: Board, id: string): Task[] =>
  [...board.tasks.values()].filter((task) => task.waitsFor.has(id));

/** What a session of it gets. */
export const asked = (board: Board, { asks, projectId }: Task): Amounts => ({
  cpu: asks.cpu ?? board.projects.get(projectId)!.sessionCpus ?? 0,
  memory: asks.memory ?? 0,
  disk: asks.disk ?? 0,
});

/** Whether `goal` is reached along dependencies from `start`. */
export function reaches(board: Board, start: string, goal: string): boolean {
  const seen = new Set([start]);
  for (const id of seen) for (const next of board.tasks.get(id)?.waitsFor ?? []) seen.add(next);
  return seen.has(goal);
}

/** The one order of the queue. */
export const byRank = (a: Task, b: Task): number => a.queueRank! - b.queueRank! || (a.id < b.id ? -1 : 1);

export const isInQueue = ({ status, availableAtMs }: Task): boolean => status === "QUEUED" && availableAtMs === null;
export const queueLength = (board: Board): number => [...board.tasks.values()].filter(isInQueue).length;

/** Picks by a number of any size; undefined when there is nothing. */
export const pick = <Item>(items: readonly Item[], n: number): Item | undefined => items[n % Math.max(1, items.length)];
