import type { AgentEnd, EndReason } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";
import { ConnectionClosed, RequestFailed } from "./connection.ts";
import { McpServerRefused } from "./mcp-servers.ts";
import type { TurnWords } from "./session-updates.ts";

/** What is known when a turn has ended. */
export interface EndedTurn extends TurnWords {
  stopReason: string;
  /** What it was refused in it. */
  refusals: readonly string[];
  /** The session's, where more was spent. */
  overBudgetUsd: number | null;
  turns: number;
}

/** How the work has ended, by the words with which the last turn did. */
export function endOfTurn({ stopReason, answer, hasFailed, refusals, overBudgetUsd, turns }: EndedTurn): AgentEnd {
  const end = (reason: EndReason, message: string): AgentEnd => ({ reason, message, result: answer, turns });
  if (overBudgetUsd !== null) return end("OVER_BUDGET", `It has spent more than its budget of $${overBudgetUsd}.`);
  if (hasFailed) return { ...endOfWords(answer ?? "Its turn failed, and it does not say why."), turns };
  if (stopReason !== "end_turn") {
    const [reason, message] = stops[stopReason] ?? ["AGENT_ERROR", `It stopped and said: ${stopReason}.`];
    return end(reason, message);
  }
  if (refusals.length > 0) return end("PERMISSION_DENIED", `It was not permitted: ${refusals.join("; ")}`);
  return answer === null ? end("NO_RESULT", "It ended its turn without a word.") : end("DONE", answer);
}

const stops: Record<string, [EndReason, string]> = {
  max_turn_requests: ["MAX_TURNS", "It has asked its model as often as it may in one turn."],
  max_tokens: ["AGENT_ERROR", "Its answer was longer than its model may answer."],
  refusal: ["AGENT_ERROR", "It refused to go on."],
  cancelled: ["AGENT_ERROR", "Its turn was cancelled, and not by us."],
};

/** How the work has ended, by what was thrown in the middle of it; `answer`: what the agent said last, often the better words for it. */
export async function endOfFailure(
  thrown: unknown,
  { exited, lastWords }: AgentLink,
  answer: string | null,
): Promise<AgentEnd> {
  if (thrown instanceof ConnectionClosed) return endOfProcess(await exited, lastWords());
  const { message } = thrown as Error;
  if (thrown instanceof McpServerRefused) return { reason: "MCP_SERVER", message, result: null };
  if (!(thrown instanceof RequestFailed)) return { reason: "AGENT_ERROR", message, result: null };
  const said = wordsOf(thrown);
  const words = answer === null || said.includes(answer) ? said : `${said}: ${answer}`;
  return endOfWords(words, thrown.code);
}

function endOfProcess({ exitCode, signal, because }: Awaited<AgentLink["exited"]>, lastWords: string): AgentEnd {
  const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
  const why = because ?? `The agent ${how} in the middle of its work.`;
  return {
    reason: "AGENT_CRASHED",
    message: lastWords === "" ? why : `${why} It said last: ${lastWords}`,
    result: null,
  };
}

/** The message alone is often only "Internal error". */
function wordsOf({ message, data }: RequestFailed): string {
  const { details = data, message: more = details } = (data ?? {}) as { details?: unknown; message?: unknown };
  if (typeof more === "string" && !message.includes(more)) return `${message}: ${more}`;
  return message;
}

const authenticationRequired = -32000;

/** The protocol names only one cause of a failure; the others are known by their words. */
function endOfWords(message: string, code?: number): AgentEnd {
  return { reason: reasonOf(message, code), message, result: null, ...retryAfter(message) };
}

function reasonOf(words: string, code: number | undefined): EndReason {
  if (/\b(429|529)\b|rate.?limit|overloaded|high demand|quota|usage limit|resource.?exhausted/i.test(words))
    return "RATE_LIMITED";
  if (code === authenticationRequired) return "AUTHENTICATION";
  return /\b(401|403)\b|authenticat|unauthori[sz]ed|api key|log ?in\b/i.test(words) ? "AUTHENTICATION" : "AGENT_ERROR";
}

function retryAfter(words: string): { retryAfterSeconds?: number } {
  const seconds = /(?:retry|try again)[^0-9]{0,20}(\d+(?:\.\d+)?) ?s/i.exec(words)?.[1];
  return seconds === undefined ? {} : { retryAfterSeconds: Math.ceil(Number(seconds)) };
}
