import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";
import type { SessionVerb } from "@/lib/session/machine.ts";
import { sessionMovesJson } from "@/lib/session/transition.ts";
import { storableJson } from "@/lib/storable.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";
import type { RetryPolicy } from "@/lib/task/schema.ts";
import { taskMovesJson } from "@/lib/task/transition.ts";

/** A judged result of a session, as the engine takes it. Durations in ms. */
export interface Report {
  sandboxId: string;
  taskId: string;
  /** Set by an orchestrator: the report counts only while it holds the session. */
  workerId?: string;
  taskVerb: "succeed" | "retry" | "fail";
  sessionVerb: SessionVerb;
  reason: string;
  message?: string;
  exitCode?: number;
  delayMs?: number;
  failures?: number;
  losses?: number;
  result?: unknown;
  resultCommit?: string;
  baseCommit?: string;
  /** The sandbox's whole process tree is proven gone. */
  terminated?: boolean;
  /** What the task is told where it differs from the session's reason. */
  taskReason?: string;
  /** From when it is taken in: so long the provider of this type of agent asked to wait; no task of the type starts before. */
  pauseMs?: number;
  /** What a sandbox sent; the same again is answered the same. */
  report?: unknown;
  actor: Actor;
}

/** The processes of a sandbox are gone; what became of the session was decided elsewhere. */
export type SandboxGone = Required<Pick<Report, "sandboxId" | "taskId" | "terminated" | "actor">> & {
  taskVerb?: never;
};

export interface Answer {
  sandboxId: string;
  accepted: boolean;
  code?: "STALE_ATTEMPT";
  answer?: { status: "accepted"; taskId: string; newStatus: TaskStatus; unblockedTasks: string[] };
}

/** What a claimed session needs to run. */
export interface Claim {
  sessionId: string;
  sandboxId: string;
  taskId: string;
  projectId: string;
  key: string;
  title: string;
  /** Of the task. */
  type: string;
  sessionType: "autonomous" | "interactive";
  spec: Record<string, unknown>;
  attempt: number;
  branch: string;
  failures: number;
  losses: number;
  maxAttempts: number;
  timeoutSeconds: number;
  retryPolicy: RetryPolicy | null;
  /** What was allocated; null: asked for nothing. */
  cpus: number | null;
  memoryBytes: number | null;
  diskBytes: number | null;
  gitDir: string;
  repoUrl: string | null;
  baseBranch: string;
  settings: Partial<ProjectSettings>;
  dependencyCommits: string[];
}

/** Ids and token hash for one session to be: given out by the claim, so the plain token never reaches the database. */
export interface Ticket {
  sessionId: string;
  sandboxId: string;
  tokenHash: string;
}

/** A session whose process runs now; it counts only while its worker holds it. */
export interface Started {
  sessionId: string;
  sandboxId: string;
  workerId: string;
  bootId: string;
  pid: number;
  startTime: string;
  baseCommit?: string;
  /** The sandbox provider that really runs it. */
  provider?: string;
  /** By which means its processes are known and its limits enforced. */
  means?: { tree: string; memory: string; cpu: string };
  actor: Actor;
}

export interface StepInput {
  reports: readonly (Report | SandboxGone)[];
  /** Recorded before the reports are settled. */
  started?: readonly Started[];
  /** Absent: nothing is promoted or claimed. */
  worker?: { id: string; tickets: readonly Ticket[]; leaseMs: number };
  /** Waits for projects that somebody is writing to, instead of passing them over. */
  isPatient?: boolean;
}

export interface StepResult {
  /** One for each report. */
  answers: Answer[];
  /** Of the sessions that have started, those still live; the processes of the others have to go. */
  live: string[];
  claims: Claim[];
  /** There was more than one turn could do, or a project somebody else was writing to: look again soon. */
  isUnfinished: boolean;
  /** Somebody waits for an answer about a repository. */
  hasQuestions: boolean;
}

/**
 * Starts recorded, results in, dependents released and queued, free slots given out, journal written: one transaction in
 * one round trip (the function `step` of the engine's migrations).
 */
export async function step(
  tx: Tx,
  { reports, started = [], worker, isPatient = false }: StepInput,
): Promise<StepResult> {
  const [row] = await tx.$queryRaw<[{ result: StepResult }]>`
    SELECT step(${taskMovesJson}::jsonb, ${sessionMovesJson}::jsonb, ${storableJson(reports)}::jsonb, ${storableJson(started)}::jsonb,
      ${worker?.id ?? null}::uuid, ${JSON.stringify(worker?.tickets ?? [])}::jsonb, ${worker?.leaseMs ?? 0}::int,
      ${isPatient && worker !== undefined}) AS result`;
  return row.result;
}
