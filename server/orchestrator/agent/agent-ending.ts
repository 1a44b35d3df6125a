import type { AgentOutcome } from "../../agent/outcome.ts";
import type { HeldSession } from "../session/held-session.ts";
import type { Ending } from "../session/verdict.ts";

/** How an agent session ended: by what the agent said, not by the exit of its processes. Null: its driver left no word. */
export function agentEnding(outcome: AgentOutcome | null, exitCode: number): Ending {
  if (outcome === null) {
    const message = `The agent's driver ended with exit code ${exitCode} and left no outcome.`;
    return { kind: "failed", reason: "AGENT_CRASHED", message, exitCode };
  }
  const { reason, message, result, retryAfterSeconds } = outcome.end;
  if (reason === "DONE") return { kind: "done", answer: result ?? message, exitCode };
  const asked = retryAfterSeconds === undefined ? {} : { askedMs: retryAfterSeconds * 1000 };
  return { kind: "failed", reason, message, exitCode, ...asked };
}

/** Who was asked for changes and says that it is done without any has not done it. */
export function demandChanges({ expectsChanges, startCommit }: HeldSession, ending: Ending): Ending {
  if (ending.kind !== "done" || !expectsChanges) return ending;
  const { resultCommit, exitCode, answer } = ending;
  if (resultCommit !== undefined && resultCommit !== startCommit) return ending;
  const message = `It changed nothing, and changes were asked for. It said: ${answer}`;
  return { kind: "failed", reason: "NO_CHANGES", message, exitCode };
}
