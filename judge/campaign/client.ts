/** A write as the client saw it. `unknown`: no answer came, so it may have happened or not. */
export interface Call {
  client: string;
  /** The operation in words: create, edit, cancel … */
  verb: string;
  /** What it was about, by the client's own names: a task's id, a title … */
  subject: string;
  /** What it would change it to, where that is compared. */
  value: string;
  outcome: "acknowledged" | "refused" | "unknown";
  status: number;
  code: string;
  beganAtMs: number;
  endedAtMs: number;
}

export interface Answer<Body = Record<string, unknown>> {
  /** 0: none. */
  status: number;
  body: Body;
}

const answerMs = 8000;

/** Calls the public API with the owner's token. Never throws: no answer is status 0. */
export async function ask<Body = Record<string, unknown>>(
  server: { url: string; token: string },
  request: { method: string; path: string; body?: unknown; key?: string },
): Promise<Answer<Body>> {
  try {
    const response = await fetch(`${server.url}/api/v1${request.path}`, {
      method: request.method,
      headers: {
        authorization: `Bearer ${server.token}`,
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        ...(request.key === undefined ? {} : { "idempotency-key": request.key }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(answerMs),
    });
    return { status: response.status, body: (await response.json()) as Body };
  } catch {
    return { status: 0, body: {} as Body };
  }
}

/** A run that cannot go on, because of an invariant: the message begins with it. */
export class BrokenPromise extends Error {}

/** Asks until there is an answer that is not the server's trouble. For reads, and for writes that may be repeated. */
export async function askUntilAnswered<Body = Record<string, unknown>>(
  server: { url: string; token: string },
  request: { method: string; path: string; body?: unknown; key?: string },
  withinMs = 60_000,
): Promise<Body> {
  const until = Date.now() + withinMs;
  for (;;) {
    const { status, body } = await ask<Body>(server, request);
    if (status >= 200 && status < 300) return body;
    const asked = `${request.method} ${request.path}`;
    if (status === 404) throw new BrokenPromise(`I9: ${asked}: what was acknowledged is not there`);
    if (status >= 400 && status < 500 && status !== 429) throw new Error(`${asked}: ${status} ${JSON.stringify(body)}`);
    if (Date.now() > until)
      throw new BrokenPromise(`I1: ${asked}: no answer within ${withinMs / 1000} s (last: ${status})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface Write {
  verb: string;
  subject: string;
  value?: string;
  method: string;
  path: string;
  body?: unknown;
  key?: string;
}

/** Keeps what it asked and what it was told: the judge trusts this first. */
export interface Client {
  readonly calls: Call[];
  write<Body = Record<string, unknown>>(write: Write): Promise<Answer<Body>>;
  /** Repeats it (it has a key, or is the same twice) until the answer is not the server's trouble; one entry in the history. */
  writeUntilAnswered(write: Write): Promise<void>;
}

export function createClient(name: string, server: { url: string; token: string }): Client {
  const calls: Call[] = [];
  const keep = ({ verb, subject, value = "" }: Write, { status, body }: Answer<unknown>, beganAtMs: number) => {
    const { code = "" } = body as { code?: string };
    calls.push({
      ...{ client: name, verb, subject, value, outcome: outcomeOf({ status, body }), status, code },
      ...{ beganAtMs, endedAtMs: Date.now() },
    });
  };
  return {
    calls,
    write: async <Body>(write: Write) => {
      const beganAtMs = Date.now();
      const answer = await ask<Body>(server, write);
      keep(write, answer, beganAtMs);
      return answer;
    },
    writeUntilAnswered: async (write) => {
      const beganAtMs = Date.now();
      for (;;) {
        const answer = await ask(server, write);
        if (isFinal(answer) || Date.now() - beganAtMs > 60_000) return keep(write, answer, beganAtMs);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}

const isFinal = ({ status }: Answer<unknown>): boolean => status >= 200 && status < 500 && status !== 429;

/** A server says itself when it cannot know whether its last COMMIT was carried out; what says less is a refusal. */
function outcomeOf({ status, body }: Answer<unknown>): Call["outcome"] {
  if (status >= 200 && status < 300) return "acknowledged";
  const { details } = body as { details?: { outcome?: string } };
  return status === 0 || details?.outcome === "unknown" ? "unknown" : "refused";
}
