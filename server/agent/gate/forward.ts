import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { request as requestHttps } from "node:https";
import type { Api } from "./apis.ts";
import { checkedBody, withoutReach } from "./checked-body.ts";
import { bearsToken, type GateKey, keyHeaders } from "./credentials.ts";

export interface Upstream {
  url: URL;
  /** What its paths begin with here, and not there. */
  begins: string;
  api: Api;
  token: string;
  /** Null: the operator has set none. */
  key: GateKey | null;
  /** Null: the session has the machine's network, and nothing is gained by what its model's provider does not fetch. */
  confined: Confined | null;
}

export interface Confined {
  onRefused(what: string, why: string): void;
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
  // What makes another method of the one that was looked at.
  ...["x-http-method-override", "x-http-method", "x-method-override"],
]);

/** Passes a request on to the model's API with the real key in it, and the answer back as it comes. Follows no redirect. */
export async function forward(request: IncomingMessage, response: ServerResponse, upstream: Upstream): Promise<void> {
  const admitted = admit(request, upstream);
  if ("status" in admitted) return refuse(response, admitted.status, admitted.why);
  const { api, confined } = upstream;
  if (confined === null || request.method !== "POST")
    return passOn(response, upstream, { ...admitted, headers: forwarded(request.headers), body: request });

  const checked = await checkedBody(request, api.reach);
  if (checked === null) return void response.destroy();
  if ("status" in checked) {
    if (checked.what !== undefined) confined.onRefused(checked.what, checked.why);
    return refuse(response, checked.status, [checked.what ?? [], checked.why].flat().join(": "));
  }
  const headers = { ...withoutReach(forwarded(request.headers)), ...checked.headers };
  passOn(response, upstream, { ...admitted, headers, body: checked.body });
}

/** By method, path and token: whether it is a request of the API that an agent may make. */
function admit(request: IncomingMessage, { begins, api, token, key }: Upstream): Admitted | Refusal {
  const path = apiPath((request.url ?? "").slice(begins.length));
  const calls = path === null ? [] : api.calls.filter((call) => call.path.test(path.split("?")[0] ?? ""));
  if (path === null || calls.length === 0)
    return { status: 404, why: "This is not of what is here of the model's API." };
  if (!calls.some(({ method }) => method === request.method))
    return { status: 405, why: "This method is not of the model's API." };
  if (!bearsToken(request.headers, token)) return { status: 401, why: "This is not the session's token." };
  if (key === null) return { status: 401, why: "No key of the model's provider is set on this orchestrator." };
  return { method: request.method, path, key };
}

interface Admitted {
  method: string | undefined;
  path: string;
  key: GateKey;
}

interface Refusal {
  status: number;
  why: string;
}

type OutgoingHeaders = Record<string, string | string[]>;

interface Outgoing extends Admitted {
  headers: OutgoingHeaders;
  body: Buffer | IncomingMessage;
}

function passOn(response: ServerResponse, { url }: Upstream, { method, path, key, headers, body }: Outgoing): void {
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const beta = headers["anthropic-beta"];
  const outgoing = send({
    ...{ protocol: url.protocol, hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: url.port, method },
    path: `${url.pathname.replace(/\/$/, "")}${path}`,
    headers: { ...headers, ...keyHeaders(key, typeof beta === "string" ? beta : undefined) },
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
  if (Buffer.isBuffer(body)) outgoing.end(body);
  else body.pipe(outgoing);
}

/** The path as it is sent on; null: whatever another reader could take for a way up, or for another path. */
function apiPath(url: string): string | null {
  if (/[\\\s#]/.test(url)) return null;
  const [path = ""] = url.split("?");
  return /\/\/|%2f|%5c|%00|%23|%3f/i.test(path) || path.split("/").some(isDots) ? null : url;
}
const isDots = (segment: string): boolean => /^\.{1,2}(;.*)?$/.test(segment.replaceAll(/%2e/gi, "."));

function forwarded(headers: IncomingHttpHeaders): OutgoingHeaders {
  const ofConnection = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !notForwarded.has(entry[0]) && !ofConnection.includes(entry[0]),
    ),
  );
}

const errorTypes: Partial<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  413: "request_too_large",
  415: "invalid_request_error",
  502: "api_error",
};

/** In the words of the API, so that an agent shows them. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const type = errorTypes[status] ?? "permission_error";
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ type: "error", error: { type, message: `Runboard's gate: ${message}` } }));
}
