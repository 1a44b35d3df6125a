import type { Config } from "@/lib/config/schema.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";
import type { ErrorClass, SessionReason } from "@/lib/session/machine.ts";
import type { Report } from "@/lib/session/settle.ts";
import type { RetryPolicy } from "@/lib/task/schema.ts";

/**
 * Again, or give up, and when: answered only here.
 * Failures are the task's own and use up its attempts; losses are ours and have their own bound; where there was nothing to do
 * but wait, nothing counts but how often in a row.
 */
export const maxLosses = 3;
export const maxWaits = 20;
/** So often in a row a session may come to nothing before its command was started. */
export const maxRelaunches = 10;
const dayMs = 86_400_000;

/** What kind of end each reason is. The kinds EXIT, TIMEOUT, START and RATE_LIMIT are tried again as the policy says. */
export const classOf: Readonly<Record<SessionReason, ErrorClass>> = {
  EXIT_ZERO: "EXIT",
  EXIT_CODE: "EXIT",
  REPORTED: "EXIT",
  COMMIT_FAILED: "EXIT",
  CLONE_MISSING: "EXIT",
  RESOURCE_LIMIT: "EXIT",
  TIMEOUT: "TIMEOUT",
  SILENT: "TIMEOUT",
  START_FAILED: "START",
  RATE_LIMITED: "RATE_LIMIT",
  NEVER_LAUNCHED: "LOST",
  PROCESS_VANISHED: "LOST",
  LEASE_EXPIRED: "LOST",
  NO_HEARTBEAT: "LOST",
  DISK_FULL: "LOST",
  CANCELLED_BY_PERSON: "INCURABLE",
  COMMAND_NOT_FOUND: "INCURABLE",
  WORKING_DIRECTORY: "INCURABLE",
  REPOSITORY: "INCURABLE",
  MERGE_CONFLICT: "INCURABLE",
  UNSUPPORTED_TYPE: "INCURABLE",
  INVALID_SPEC: "INCURABLE",
  DONE: "EXIT",
  AGENT_ERROR: "EXIT",
  AGENT_CRASHED: "EXIT",
  NO_RESULT: "EXIT",
  NO_CHANGES: "EXIT",
  MCP_SERVER: "START",
  AGENT_NOT_FOUND: "INCURABLE",
  AUTHENTICATION: "INCURABLE",
  PERMISSION_DENIED: "INCURABLE",
  MAX_TURNS: "INCURABLE",
  OVER_BUDGET: "INCURABLE",
  SANDBOX_UNAVAILABLE: "INCURABLE",
};

/** Nobody's fault and over by itself: the attempt counts neither as a failure nor as a loss. */
export const waitingReasons = ["RATE_LIMITED", "DISK_FULL"] as const satisfies SessionReason[];
export const isWaitingReason = (reason: SessionReason): boolean =>
  (waitingReasons as readonly SessionReason[]).includes(reason);

/** Ends that count by how often in a row alone: the reasons that make up the row of this one. Null: it counts otherwise. */
export const rowOf = (reason: SessionReason): readonly SessionReason[] | null => {
  if (isWaitingReason(reason)) return waitingReasons;
  return reason === "NEVER_LAUNCHED" ? [reason] : null;
};

/** The retry policy of one task. */
export type PolicyInForce = Required<RetryPolicy>;

/** What the task says, else its project, else the instance. */
export function policyOf(of: {
  task: RetryPolicy | null;
  project: Partial<Pick<ProjectSettings, "retryBaseMs" | "retryCapMs" | "retryOn">>;
  instance: Pick<Config, "retryBaseMs" | "retryCapMs">;
}): PolicyInForce {
  return {
    baseMs: of.task?.baseMs ?? of.project.retryBaseMs ?? of.instance.retryBaseMs,
    capMs: of.task?.capMs ?? of.project.retryCapMs ?? of.instance.retryCapMs,
    retryOn: of.task?.retryOn ?? of.project.retryOn ?? ["EXIT", "TIMEOUT", "START", "RATE_LIMIT"],
  };
}

export interface RetryQuestion {
  reason: SessionReason;
  /** Failures and losses before this one, in this generation. */
  failures: number;
  losses: number;
  maxAttempts: number;
  /** Attempts in a row before this one of the same row (rowOf). */
  waits?: number;
  /** From now: the time the provider named. */
  askedMs?: number;
}

export interface RetryAnswer {
  verb: "retry" | "fail";
  counts: "failures" | "losses" | "nothing";
  /** Until the next attempt; 0 where there is none. */
  delayMs: number;
  /** What the task is told where it differs from the session's reason. */
  taskReason?: "QUARANTINED" | "WAITED_TOO_OFTEN";
  /** So long no task of this type of agent starts, if who asked to wait is to be believed for all of them. */
  pauseMs?: number;
}

export function decideRetry(
  question: RetryQuestion,
  policy: PolicyInForce,
  random: () => number = Math.random,
): RetryAnswer {
  const kind = classOf[question.reason];
  if (isWaitingReason(question.reason)) return decideWait(question, policy, random);
  if (question.reason === "NEVER_LAUNCHED") return decideRelaunch(question, policy, random);
  if (kind === "LOST") return decideLost(question, policy, random);
  if (!isRetried(kind, policy) || question.failures + 1 >= question.maxAttempts)
    return { verb: "fail", counts: "failures", delayMs: 0 };
  return { verb: "retry", counts: "failures", delayMs: delayMs(question.failures + 1, policy, random) };
}

const isRetried = (kind: ErrorClass, { retryOn }: PolicyInForce): boolean =>
  (retryOn as readonly ErrorClass[]).includes(kind);

/** Waits as long as the provider asked, at most a day; without a time, or when that was not enough, longer with each time in a row. */
function decideWait(question: RetryQuestion, policy: PolicyInForce, random: () => number): RetryAnswer {
  const { reason, waits = 0, askedMs } = question;
  const ownMs = askedMs !== undefined && waits === 0 ? 0 : delayMs(waits + 1, policy, random);
  const waitMs = Math.min(dayMs, Math.max(0, Math.ceil(askedMs ?? 0), ownMs));
  const pause = reason === "RATE_LIMITED" && waitMs > 0 ? { pauseMs: waitMs } : {};
  if (reason === "RATE_LIMITED" && !isRetried("RATE_LIMIT", policy))
    return { verb: "fail", counts: "failures", delayMs: 0, ...pause };
  if (waits >= maxWaits)
    return { verb: "fail", counts: "nothing", delayMs: 0, taskReason: "WAITED_TOO_OFTEN", ...pause };
  return { verb: "retry", counts: "nothing", delayMs: waitMs, ...pause };
}

/**
 * A task whose sessions keep vanishing with their host may be what ends the host: it is kept apart until a person has looked. The
 * first loss has taken long enough to be noticed; it starts again at once.
 */
function decideLost({ losses }: RetryQuestion, policy: PolicyInForce, random: () => number): RetryAnswer {
  if (losses + 1 >= maxLosses) return { verb: "fail", counts: "losses", delayMs: 0, taskReason: "QUARANTINED" };
  return { verb: "retry", counts: "losses", delayMs: losses === 0 ? 0 : delayMs(losses, policy, random) };
}

/**
 * Nothing of the task has run: an orchestrator that stopped between claim and start takes nothing from it, and it starts again
 * at once. One that ends whoever would start it comes back ever more slowly, and is kept apart in the end.
 */
function decideRelaunch({ waits = 0 }: RetryQuestion, policy: PolicyInForce, random: () => number): RetryAnswer {
  if (waits + 1 >= maxRelaunches) return { verb: "fail", counts: "nothing", delayMs: 0, taskReason: "QUARANTINED" };
  return { verb: "retry", counts: "nothing", delayMs: waits === 0 ? 0 : delayMs(waits, policy, random) };
}

/** base × 2^(n−1) up to the cap, with equal jitter: half fixed, half random, so failures do not come back together. */
export function delayMs(n: number, { baseMs, capMs }: Omit<PolicyInForce, "retryOn">, random: () => number): number {
  const full = Math.min(capMs, baseMs * 2 ** (n - 1));
  return Math.round(full / 2 + random() * (full / 2));
}

/** The answer in the words of a report to the engine. */
export function asReport(
  answer: RetryAnswer,
): Pick<Report, "taskVerb" | "delayMs" | "failures" | "losses" | "taskReason" | "pauseMs"> {
  const { verb, counts, taskReason, pauseMs } = answer;
  return {
    taskVerb: verb,
    ...(verb === "retry" ? { delayMs: answer.delayMs } : {}),
    ...(counts === "nothing" ? {} : { [counts]: 1 }),
    ...(taskReason ? { taskReason } : {}),
    ...(pauseMs === undefined ? {} : { pauseMs }),
  };
}
