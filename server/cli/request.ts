import { request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { DomainError, type ErrorBody, errorTable } from "@/lib/errors.ts";
import type { CliOperation } from "./catalogue.ts";
import type { Connection } from "./connection.ts";

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

interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
}

function requestOf(operation: CliOperation, input: Input, { idempotencyKey, signal }: CallOptions): Request {
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

/** Longer than any answer is held back (30 s), and than a repository takes to be looked at. */
const longestSilenceMs = 90_000;

/** The server was reached and went away before it answered. */
class BrokenConnection extends Error {}

async function send({ url, token }: Connection, { method, path, headers, body, signal }: Request) {
  // TLS takes a while to load, and most servers are on this machine.
  const requestOver = url.startsWith("https:") ? (await import("node:https")).request : httpRequest;
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const request = requestOver(`${url}${path}`, {
      method,
      agent: false,
      ...(signal === undefined ? {} : { signal }),
      headers: {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        ...headers,
        ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
      },
    });
    request.setTimeout(longestSilenceMs, () => request.destroy(new BrokenConnection("silent")));
    request.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ECONNRESET" || error.code === "EPIPE" ? new BrokenConnection(error.message) : error),
    );
    request.on("response", (response) => read(response).then(resolve, () => reject(new BrokenConnection("cut off"))));
    request.end(body);
  });
}

async function read(response: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return { status: response.statusCode ?? 0, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function answerOf({ status, body }: { status: number; body: unknown }): unknown {
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
