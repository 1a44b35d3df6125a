import type { Actor } from "@/lib/actor.ts";
import type { Config } from "@/lib/config/schema.ts";
import type { SessionReason, SessionVerb } from "@/lib/session/machine.ts";
import { asReport, decideRetry, maxLosses, maxRelaunches, policyOf } from "@/lib/session/retry.ts";
import type { Claim, Report } from "@/lib/session/settle.ts";

/** How a session ended, as the runner saw it. */
export type Ending =
  | { kind: "exited"; exitCode: number; lastLine: string; resultCommit?: string }
  | { kind: "timedOut"; resultCommit?: string }
  /** An agent says that its work is done. */
  | { kind: "done"; answer: string; exitCode: number; resultCommit?: string }
  | {
      kind: "failed";
      reason: SessionReason;
      message: string;
      exitCode?: number;
      /** How long the agent's provider asked to wait. */
      askedMs?: number;
      resultCommit?: string;
    };

/** Nothing to wait for, nothing to try again. */
export const isSuccess = (ending: Ending): boolean =>
  ending.kind === "done" || (ending.kind === "exited" && ending.exitCode === 0);

const verbOf: Partial<Record<SessionReason, SessionVerb>> = {
  TIMEOUT: "timeOut",
  NEVER_LAUNCHED: "lose",
  PROCESS_VANISHED: "lose",
  LEASE_EXPIRED: "lose",
};

/** By shell convention: the command could not be found, or not be executed. */
const notFoundCodes: readonly number[] = [126, 127];

/** Judges an ending: what becomes of session and task. Pure but for the jitter. */
export function judge(
  claim: SessionFacts,
  ending: Ending,
  instance: Pick<Config, "retryBaseMs" | "retryCapMs">,
): Report {
  const base = {
    sandboxId: claim.sandboxId,
    taskId: claim.taskId,
    actor: actorOf(claim),
    ...(claim.baseCommit ? { baseCommit: claim.baseCommit } : {}),
    ...(ending.resultCommit ? { resultCommit: ending.resultCommit } : {}),
    ...(ending.kind !== "timedOut" && ending.exitCode !== undefined ? { exitCode: ending.exitCode } : {}),
  };
  if (ending.kind === "done") {
    const said = { reason: "DONE", result: { text: ending.answer } };
    return { ...base, taskVerb: "succeed", sessionVerb: "succeed", ...said };
  }
  if (ending.kind === "exited" && ending.exitCode === 0) {
    return { ...base, taskVerb: "succeed", sessionVerb: "succeed", reason: "EXIT_ZERO" };
  }
  const { reason, message } = explainEnding(ending, claim.timeoutSeconds);
  const policy = policyOf({ task: claim.retryPolicy, project: claim.settings, instance });
  const asked = ending.kind === "failed" && ending.askedMs !== undefined ? { askedMs: ending.askedMs } : {};
  // Whoever sat in front of it has seen how it ended; nobody may sit there any more.
  const again = decideRetry(
    { ...claim, ...asked, reason },
    claim.sessionType === "interactive" ? { ...policy, retryOn: [] } : policy,
  );
  const said = again.taskReason === "QUARANTINED" ? { message: farewell(reason, message) } : { message };
  return { ...base, ...asReport(again), sessionVerb: verbOf[reason] ?? "fail", reason, ...said };
}

/** What stands on the card of a task that is kept apart. */
function farewell(reason: SessionReason, last: string): string {
  const times =
    reason === "NEVER_LAUNCHED"
      ? `Could not be started ${maxRelaunches} times in a row`
      : `Lost ${maxLosses} times without a result of its own`;
  return `${times}, last: ${last} Retry or reopen it when the cause is found.`;
}

export type SessionFacts = Pick<
  Claim,
  | "sessionId"
  | "sandboxId"
  | "taskId"
  | "sessionType"
  | "key"
  | "attempt"
  | "failures"
  | "losses"
  | "maxAttempts"
  | "timeoutSeconds"
  | "retryPolicy"
  | "settings"
> & {
  baseCommit?: string;
  /** Attempts in a row before this one that ended likewise (lib/session/waits). */
  waits?: number;
};

export const actorOf = (claim: Pick<Claim, "sessionId" | "key" | "attempt">): Actor => ({
  type: "session",
  id: claim.sessionId,
  name: `${claim.key} attempt ${claim.attempt}`,
});

function explainEnding(
  ending: Exclude<Ending, { kind: "done" }>,
  timeoutSeconds: number,
): { reason: SessionReason; message: string } {
  if (ending.kind === "failed") return ending;
  if (ending.kind === "timedOut")
    return { reason: "TIMEOUT", message: `It ran longer than ${timeoutSeconds} s and was ended.` };
  const reason = notFoundCodes.includes(ending.exitCode) ? "COMMAND_NOT_FOUND" : "EXIT_CODE";
  const lastLine = ending.lastLine === "" ? "" : `: ${ending.lastLine}`;
  return { reason, message: `Exit code ${ending.exitCode}${lastLine}` };
}
