import { setTimeout as sleep } from "node:timers/promises";
import { DomainError, type ErrorBody, errorTable } from "@/lib/errors.ts";
import type { CliOperation } from "./catalogue.ts";
import type { Connection } from "./connection.ts";
import { BrokenConnection, exchange, type HttpAnswer, type HttpRequest } from "./exchange.ts";
import { openProven } from "./proven-line.ts";

export type Input = Record<string, unknown>;

export interface CallOptions {
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
}

/** Calls operations of the server. Throws a DomainError of the closed table; UNAVAILABLE when nobody answers. */
export interface Client {
  connection: Connection;
  call<Answer = unknown>(operation: CliOperation, input: Input, options?: CallOptions): Promise<Answer>;
  /** A plain route such as /api/health/ready: status and body, whatever they are. */
  get(path: string): Promise<{ status: number; body: unknown }>;
}

export function createClient(connection: Connection): Client {
  return {
    connection,
    call: async (operation, input, options = {}) =>
      (await callOperation(connection, operation, input, options)) as never,
    get: (path) => send(connection, { method: "GET", path, headers: {} }),
  };
}

/** Reads, and creates that have a key, are sent again when the connection broke: they change nothing twice. */
async function callOperation(connection: Connection, operation: CliOperation, input: Input, options: CallOptions) {
  const request = requestOf(operation, input, options);
  for (let attempt = 1; ; attempt++) {
    try {
      return answerOf(await send(connection, request));
    } catch (thrown) {
      const mayRepeat = thrown instanceof BrokenConnection && (!operation.isWrite || operation.isKeyed);
      if (!mayRepeat || attempt === 3) throw toFailure(thrown, connection);
      await sleep(100 * attempt);
    }
  }
}

function requestOf(operation: CliOperation, input: Input, { idempotencyKey, signal }: CallOptions): HttpRequest {
  const { method } = operation;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(([name]) => !operation.path.includes(`{${name}}`));
  const key = operation.isKeyed ? (idempotencyKey ?? crypto.randomUUID()) : undefined;
  const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
  if (method === "GET" || method === "DELETE")
    return { method, path: `/api/v1${path}${queryOf(rest)}`, headers, signal };
  const body = JSON.stringify(Object.fromEntries(rest));
  return { method, path: `/api/v1${path}`, headers: { ...headers, "content-type": "application/json" }, body, signal };
}

/** Lists travel in a query as text with commas. */
function queryOf(entries: [string, unknown][]): string {
  if (entries.length === 0) return "";
  return `?${new URLSearchParams(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : String(value)]))}`;
}

/** The token goes to who is meant alone: one of the home over a connection on which the server has proven that it knows it. */
export async function send(connection: Connection, request: HttpRequest): Promise<HttpAnswer> {
  const { url, token, tokenFile } = connection;
  const authorized = { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
  if (tokenFile === null) return exchange({ url, agent: false }, authorized);
  const line = await openProven(connection, request.signal);
  try {
    return await exchange(line, authorized);
  } finally {
    line.agent.destroy();
  }
}

function answerOf({ status, body }: HttpAnswer): unknown {
  if (status >= 200 && status < 300 && body !== null) return body;
  const { code, message, details } = (body ?? {}) as Partial<ErrorBody>;
  if (code !== undefined && code in errorTable) throw new DomainError(code, message ?? code, details ?? {});
  throw new DomainError("UNAVAILABLE", `What answers there is no Runboard (status ${status}).`, { status });
}

/** Nobody answered: says whom was asked, and what to do. */
function toFailure(thrown: unknown, { url }: Connection): unknown {
  if (thrown instanceof DomainError || (thrown as Error).name === "AbortError") return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  const found =
    thrown instanceof BrokenConnection ? "went away before it answered" : `does not answer${code ? ` (${code})` : ""}`;
  return new DomainError(
    "UNAVAILABLE",
    `${url} ${found}. Start the server with npm start, or set RUNBOARD_URL to where it runs.`,
    { url },
  );
}
