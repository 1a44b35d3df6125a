import type { ErrorBody, ErrorCode } from "@/lib/errors.ts";
import routes from "@/lib/generated/routes.json";

/** Where the server is, and what opens it. */
export interface ClientOptions {
  /** Such as http://127.0.0.1:3000. */
  url: string;
  token: string;
  /** In place of the global one. */
  fetch?: typeof fetch;
}

/** Of one call, beside its input. */
export interface CallOptions {
  /** A create with the same key happens once. */
  idempotencyKey?: string;
  /** The version an edit is based on. */
  ifMatch?: number;
  signal?: AbortSignal;
}

/** A refusal of the server's. `code` is of the closed table; programs go by it and not by the message. */
export class RunboardError extends Error {
  override readonly name = "RunboardError";
  constructor(
    readonly code: ErrorCode,
    readonly status: number,
    message: string,
    readonly details: Record<string, unknown>,
    /** Seconds after which the same call may succeed; null: it has to be another one. */
    readonly retryAfterSeconds: number | null,
  ) {
    super(message);
  }
}

interface Route {
  method: string;
  path: string;
}
type Call = (input?: Record<string, unknown>, options?: CallOptions) => Promise<unknown>;

/** A function for every operation of the catalogue: `client.task.create({ projectId: "DEMO", title: "…" })`. */
export function createClient(options: ClientOptions): Record<string, Record<string, Call>> {
  const nouns = routes as unknown as Record<string, Record<string, { "~orpc": { route: Route } }>>;
  return mapValues(nouns, (verbs) => mapValues(verbs, (entry) => callOf(options, entry["~orpc"].route)));
}

const mapValues = <From, To>(from: Record<string, From>, to: (one: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(from).map(([name, one]) => [name, to(one)]));

/** What the address names stands in the address; the rest is query where there is no body, else body. */
function callOf({ url, token, fetch: ask = fetch }: ClientOptions, { method, path }: Route): Call {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const hasBody = method !== "GET" && method !== "DELETE";
  return async (input = {}, { idempotencyKey, ifMatch, signal } = {}) => {
    const rest = Object.entries(input).filter(([name, value]) => !named.includes(name) && value !== undefined);
    const address = named.reduce(
      (text, name) => text.replace(`{${name}}`, encodeURIComponent(String(input[name]))),
      path,
    );
    const query = new URLSearchParams(hasBody ? [] : rest.map(([name, value]) => [name, String(value)])).toString();
    const response = await ask(`${url.replace(/\/+$/, "")}/api/v1${address}${query && `?${query}`}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(hasBody ? { "content-type": "application/json" } : {}),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
        ...(ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` }),
      },
      ...(hasBody ? { body: JSON.stringify(Object.fromEntries(rest)) } : {}),
      ...(signal ? { signal } : {}),
    });
    if (response.ok) return response.json();
    throw await refusalOf(response);
  };
}

/** Whoever stands between us and the server may answer in words of their own. */
async function refusalOf(response: Response): Promise<RunboardError> {
  const text = await response.text();
  const { code, message, details } = parsed(text) ?? {
    ...{ code: "INTERNAL" as const, message: `The answer is not Runboard's: ${text.slice(0, 200)}`, details: {} },
  };
  const after = response.headers.get("retry-after");
  return new RunboardError(code, response.status, message, details, after === null ? null : Number(after));
}

function parsed(text: string): ErrorBody | null {
  try {
    const body = JSON.parse(text) as ErrorBody;
    return typeof body.code === "string" ? body : null;
  } catch {
    return null;
  }
}
