import type { AgentEnd, EndReason } from "@/lib/agent/events.ts";
import type { AgentExit } from "../port.ts";
import type { Result } from "./dialect.ts";

/** By what the agent says of its end, never by `subtype: "success"`: an endpoint that failed is one, too. */
export function judgeResult(result: Result, denied: ReadonlySet<string>): AgentEnd {
  const text = result.result?.trim() ? result.result : null;
  const turns = result.num_turns === undefined ? {} : { turns: result.num_turns };
  if (result.is_error) {
    const message = text ?? (result.errors?.join("\n") || `The agent ended with ${result.subtype ?? "an error"}.`);
    return { reason: errorReason(result), message, result: null, ...turns };
  }
  if (denied.size > 0) {
    return {
      reason: "PERMISSION_DENIED",
      message: `It was not allowed to use ${list(denied)}.`,
      result: text,
      ...turns,
    };
  }
  return { reason: "DONE", message: text ?? "Done.", result: text, ...turns };
}

const list = (names: ReadonlySet<string>): string => [...names].sort().join(", ");

function errorReason({ subtype, api_error_status: status }: Result): EndReason {
  if (subtype === "error_max_turns") return "MAX_TURNS";
  if (subtype === "error_max_budget_usd") return "OVER_BUDGET";
  return statusReason(status ?? null);
}

/** By what the model's endpoint answered. */
export function statusReason(status: number | null): EndReason {
  if (status === 401 || status === 403) return "AUTHENTICATION";
  return status === 429 || status === 529 ? "RATE_LIMITED" : "AGENT_ERROR";
}

/** It ended without a result. */
export function judgeExit({ exitCode, signal, because }: AgentExit, lastWords: string): AgentEnd {
  if (because === null && exitCode === 0) {
    return { reason: "NO_RESULT", message: "The agent ended without a result.", result: null };
  }
  const how = because ?? `The agent ended ${signal ? `by ${signal}` : `with exit code ${exitCode}`}, without a result.`;
  return { reason: "AGENT_CRASHED", message: lastWords === "" ? how : `${how}\n${lastWords}`, result: null };
}
