import type { SessionReason, SessionVerb } from "@/lib/session/machine.ts";
import type { Report } from "@/lib/session/settle.ts";
import type { Board, Session } from "./board.ts";

/** How an attempt ends. What the orchestrator sees, or what the sandbox itself says. */
export const endings = {
  success: { reason: "EXIT_ZERO", verb: "succeed", by: "nobody" },
  exit: { reason: "EXIT_CODE", verb: "fail", by: "task" },
  notFound: { reason: "COMMAND_NOT_FOUND", verb: "fail", by: "incurable" },
  timeout: { reason: "TIMEOUT", verb: "timeOut", by: "task" },
  startFailed: { reason: "START_FAILED", verb: "fail", by: "task" },
  vanished: { reason: "PROCESS_VANISHED", verb: "lose", by: "us" },
  neverLaunched: { reason: "NEVER_LAUNCHED", verb: "lose", by: "chance" },
  expired: { reason: "LEASE_EXPIRED", verb: "lose", by: "us" },
  silent: { reason: "SILENT", verb: "stall", by: "task" },
  unspoken: { reason: "NO_HEARTBEAT", verb: "stall", by: "us" },
  reported: { reason: "REPORTED", verb: "succeed", by: "nobody" },
  reportedFailure: { reason: "REPORTED", verb: "fail", by: "task" },
  rateLimited: { reason: "RATE_LIMITED", verb: "fail", by: "provider" },
} as const satisfies Record<string, { reason: SessionReason; verb: SessionVerb; by: Fault }>;
export type Ending = keyof typeof endings;

type Fault = "nobody" | "task" | "incurable" | "us" | "provider" | "chance";

type Verdict = Pick<Report, "taskVerb" | "sessionVerb" | "reason" | "delayMs" | "failures" | "losses" | "pauseMs">;

const lossesMax = 3;
const waitsMax = 20;
const relaunchesMax = 10;
const dayMs = 86_400_000;

interface Circumstances {
  /** From 0 up to 1: where in its range the delay falls. */
  jitter: number;
  /** How long a provider asked to wait. */
  askedMs: number;
}

/** What must become of an attempt that ends so. The rules once more, in words as few as possible, sharing nothing with the code. */
export function expectVerdict(
  board: Board,
  session: Session,
  ending: Ending,
  { jitter, askedMs }: Circumstances,
): Verdict {
  const { reason, verb: sessionVerb, by } = endings[ending];
  const said = { sessionVerb, reason };
  const { maxAttempts } = board.tasks.get(session.taskId)!;
  const backoff = (n: number) => {
    const full = Math.min(board.config.retryCapMs, board.config.retryBaseMs * 2 ** (n - 1));
    return Math.round(full / 2 + jitter * (full / 2));
  };
  if (by === "nobody") return { ...said, taskVerb: "succeed" };
  if (by === "us") {
    if (session.losses + 1 === lossesMax) return { ...said, taskVerb: "fail", losses: 1 };
    return { ...said, taskVerb: "retry", losses: 1, delayMs: session.losses === 0 ? 0 : backoff(session.losses) };
  }
  if (by === "chance") {
    const times = timesBefore(board, session, reason);
    if (times + 1 === relaunchesMax) return { ...said, taskVerb: "fail" };
    return { ...said, taskVerb: "retry", delayMs: times === 0 ? 0 : backoff(times) };
  }
  if (by === "provider") {
    const waits = timesBefore(board, session, reason);
    const delayMs = Math.min(dayMs, Math.max(askedMs, waits === 0 ? 0 : backoff(waits + 1)));
    const pause = delayMs > 0 ? { pauseMs: delayMs } : {};
    return { ...said, ...pause, ...(waits >= waitsMax ? { taskVerb: "fail" } : { taskVerb: "retry", delayMs }) };
  }
  if (by === "incurable" || session.failures + 1 >= maxAttempts) return { ...said, taskVerb: "fail", failures: 1 };
  return { ...said, taskVerb: "retry", failures: 1, delayMs: backoff(session.failures + 1) };
}

/** Attempts in a row right before this one that ended so, in its generation; the one that gave the task up closes a row. */
export function timesBefore(board: Board, session: Session, reason: SessionReason): number {
  const earlier = [...board.sessions.values()]
    .filter((one) => one.taskId === session.taskId && one.attempt < session.attempt)
    .sort((a, b) => b.attempt - a.attempt);
  const row = earlier.findIndex((one) => one.reason !== reason || one.generation !== session.generation);
  return (row < 0 ? earlier.length : row) % (reason === "NEVER_LAUNCHED" ? relaunchesMax : waitsMax + 1);
}
