import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { request as requestHttps } from "node:https";
import { bearsToken, type GateKey, keyHeaders } from "./credentials.ts";

export interface Upstream {
  url: URL;
  /** What its paths begin with here, and not there. */
  begins: string;
  /** What the rest of them has to look like. */
  rest: RegExp;
  token: string;
  /** Null: the operator has set none. */
  key: GateKey | null;
}

/** Of one connection, not of the message; and what names the sender or proves it. */
const notForwarded = new Set([
  ...[
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
    "x-api-key",
    "x-goog-api-key",
    "authorization",
  ],
  ...["proxy-authenticate", "proxy-authorization", "proxy-connection", "cookie", "expect"],
]);

const methods = new Set(["GET", "POST", "HEAD", "DELETE"]);

/** Passes a request on to the model's API with the real key in it, and the answer back as it comes. Follows no redirect. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { url, begins, rest, token, key }: Upstream,
) {
  if (!methods.has(request.method ?? "")) return refuse(response, 405, "This method is not of the model's API.");
  const path = apiPath((request.url ?? "").slice(begins.length), rest);
  if (path === null) return refuse(response, 404, "Only the model's API is here: /v1/…");
  if (!bearsToken(request.headers, token)) return refuse(response, 401, "This is not the session's token.");
  if (key === null) return refuse(response, 401, "No key of the model's provider is set on this orchestrator.");

  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const beta = request.headers["anthropic-beta"];
  const outgoing = send({
    ...{ protocol: url.protocol, hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: url.port },
    method: request.method,
    path: `${url.pathname.replace(/\/$/, "")}${path}`,
    headers: { ...forwarded(request.headers), ...keyHeaders(key, typeof beta === "string" ? beta : undefined) },
  });
  outgoing.once("response", (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, forwarded(incoming.headers));
    incoming.pipe(response);
    incoming.once("error", () => response.destroy());
    incoming.once("aborted", () => response.destroy());
  });
  outgoing.once("error", (error) => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, `The model's endpoint cannot be reached: ${error.message}`);
  });
  response.once("close", () => outgoing.destroy());
  request.pipe(outgoing);
}

/** The path as it is sent on; null: it is none of the API. Whatever another reader could take for a way up is refused. */
function apiPath(url: string, rest: RegExp): string | null {
  if (!rest.test(url) || /[\\\s#]/.test(url)) return null;
  const [path = ""] = url.split("?");
  return /\/\/|%2f|%5c|%00|%23|%3f/i.test(path) || path.split("/").some(isDots) ? null : url;
}
const isDots = (segment: string): boolean => /^\.{1,2}(;.*)?$/.test(segment.replaceAll(/%2e/gi, "."));

function forwarded(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const ofConnection = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !notForwarded.has(entry[0]) && !ofConnection.includes(entry[0]),
    ),
  );
}

/** In the words of the API, so that an agent shows them. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const type = status === 401 ? "authentication_error" : status === 502 ? "api_error" : "permission_error";
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ type: "error", error: { type, message: `Runboard's gate: ${message}` } }));
}
