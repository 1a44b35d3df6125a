import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";

/** One request on its way, and what comes back whatever it is. */
export interface HttpRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** null: no JSON. */
  body: unknown;
}

/** Where a request goes, and over which connection; false: one of its own. */
export interface Line {
  url: string;
  agent: Agent | false;
}

/** Longer than any answer is held back (30 s), and than a repository takes to be looked at. */
const longestSilenceMs = 90_000;

/** The server was reached and went away before it answered. */
export class BrokenConnection extends Error {}

/** Throws BrokenConnection, the system's errors, and AbortError. */
export async function exchange(line: Line, asked: HttpRequest): Promise<HttpAnswer> {
  const { url, agent } = line;
  const { method, path, headers, body, signal } = asked;
  // TLS takes a while to load, and most servers are on this machine.
  const requestOver = url.startsWith("https:") ? (await import("node:https")).request : httpRequest;
  return new Promise((resolve, reject) => {
    const request = requestOver(`${url}${path}`, {
      method,
      agent,
      ...(signal === undefined ? {} : { signal }),
      headers: {
        accept: "application/json",
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

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
