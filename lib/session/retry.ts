import type { Config } from "@/lib/config/schema.ts";
import type { SessionReason } from "@/lib/session/machine.ts";

/**
 * Again, or give up, and when: answered only here.
 * Failures are the task's own and use up its attempts; losses are ours and have their own bound.
 */
export const maxLosses = 3;

/** What trying again cannot cure. */
const incurable: ReadonlySet<SessionReason> = new Set([
  "COMMAND_NOT_FOUND",
  "WORKING_DIRECTORY",
  "REPOSITORY",
  "MERGE_CONFLICT",
  "UNSUPPORTED_TYPE",
  "INVALID_SPEC",
]);

/** The session never did anything, or vanished with its host: not the task's fault. */
const ours: ReadonlySet<SessionReason> = new Set(["NEVER_LAUNCHED", "LEASE_EXPIRED", "PROCESS_VANISHED"]);

export interface RetryQuestion {
  reason: SessionReason;
  /** Failures and losses before this one, in this generation. */
  failures: number;
  losses: number;
  maxAttempts: number;
}

export type RetryAnswer =
  | { verb: "retry"; delayMs: number; counts: "failures" | "losses" }
  | { verb: "fail"; counts: "failures" | "losses" };

type Backoff = Pick<Config, "retryBaseMs" | "retryCapMs">;

export function decideRetry(
  question: RetryQuestion,
  backoff: Backoff,
  random: () => number = Math.random,
): RetryAnswer {
  if (ours.has(question.reason)) {
    if (question.losses + 1 >= maxLosses) return { verb: "fail", counts: "losses" };
    return {
      verb: "retry",
      delayMs: question.reason === "NEVER_LAUNCHED" ? 0 : delayMs(question.losses + 1, backoff, random),
      counts: "losses",
    };
  }
  if (incurable.has(question.reason) || question.failures + 1 >= question.maxAttempts)
    return { verb: "fail", counts: "failures" };
  return { verb: "retry", delayMs: delayMs(question.failures + 1, backoff, random), counts: "failures" };
}

/** base × 2^(n−1) up to the cap, with equal jitter: half fixed, half random, so failures do not come back together. */
export function delayMs(n: number, { retryBaseMs, retryCapMs }: Backoff, random: () => number): number {
  const full = Math.min(retryCapMs, retryBaseMs * 2 ** (n - 1));
  return Math.round(full / 2 + random() * (full / 2));
}
