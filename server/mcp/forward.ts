import { DomainError, type ErrorBody, type ErrorCode, type ErrorDetails, errorTable } from "@/lib/errors.ts";
import { nextSteps } from "@/lib/next-steps.ts";
import { findConnection } from "../cli/connection.ts";
import { send } from "../cli/request.ts";
import { readSettings } from "../cli/settings.ts";

interface Request {
  id?: string | number;
  method?: string;
}

/** Asks the server; null: nothing is owed for the message. Never rejects: what went wrong is the answer. */
export type Forward = (message: Request, signal: AbortSignal) => Promise<unknown>;

/** Where the server is and what opens it is looked up each time: both may have changed with a restart. */
export const forward: Forward = async (message, signal) => {
  try {
    const { status, body } = await send(findConnection(readSettings()), {
      ...post,
      body: JSON.stringify(message),
      signal,
    });
    if (status === 202) return null;
    if (body === null) throw notThere();
    const answer = body as { jsonrpc?: string } & ErrorBody;
    return answer.jsonrpc === "2.0" ? answer : refused(message, answer);
  } catch (thrown) {
    const { body } = thrown instanceof DomainError ? thrown : notThere();
    return refused(message, body);
  }
};

const post = {
  method: "POST",
  path: "/mcp",
  headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
};

const notThere = () =>
  new DomainError(
    "UNAVAILABLE",
    "Runboard does not answer: it is not running, or it is being started anew. Start it with npm start, or set RUNBOARD_URL.",
  );

/** A refused tool is a result, which the model reads; anything else is an error of the protocol, which the program reads. */
function refused({ id, method }: Request, { code, message, details }: ErrorBody): unknown {
  if (id === undefined) return null;
  const body = { code, message, details, nextStep: nextStepOf(code, details) };
  if (method === "tools/call")
    return { jsonrpc: "2.0", id, result: { content: [{ type: "text", text: JSON.stringify(body) }], isError: true } };
  const rpcCode = errorTable[code]?.isRetryable ? -32000 : -32001;
  return { jsonrpc: "2.0", id, error: { code: rpcCode, message: `${message} ${body.nextStep}`, data: body } };
}

/** Whom a token is given to is not for a model to decide. */
const nextStepOf = (code: ErrorCode, details?: ErrorDetails): string =>
  details?.unproven === undefined
    ? (nextSteps[code] ?? nextSteps.INTERNAL)
    : "Ask a person to start Runboard, then call again.";
