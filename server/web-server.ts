import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { DomainError, toDomainError } from "@/lib/errors.ts";
import { logger } from "@/lib/log.ts";
import type { Gateway } from "./gateway.ts";
import { isPageNavigation, mcpPath, socketPath } from "./guard.ts";
import { showLogin, signIn, signOut } from "./login.ts";
import { admit, admitSandbox, begin, type Exchange } from "./web/admission.ts";
import type { AllowedHost, GuardRules } from "./web/allowed-hosts.ts";
import { answerError, answerPage, answerRaw, redirect } from "./web/answers.ts";
import { type CallbackServer, createCallbackServer } from "./web/callback-server.ts";
import { createDoorway, type Doorway } from "./web/doorway.ts";
import { createDrain, type Drain } from "./web/drain.ts";
import { unavailablePage } from "./web/login-page.ts";
import { createOverload, type Overload } from "./web/overload.ts";
import { pathOf } from "./web/request-target.ts";
import { securityHeaders } from "./web/security-headers.ts";

export interface WebServerParts {
  /** What is below /api, but the login. Without it that is a page like the others. */
  handleApi?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The Model Context Protocol, at `/mcp`. */
  handleMcp?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Everything that is none of these: Next, or a stand-in. */
  handlePage: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
  gateway: Gateway;
  allowedHosts: readonly AllowedHost[];
  /** What is let in at once, where it is not the usual. */
  overload?: Overload;
  /** Upgrades other than sockets (hot reloading in development). Without it they are refused. */
  handleUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface WebServer {
  http: Server;
  /** Resolves with the port; rejects with the system's error (EADDRINUSE). */
  listen(port: number, host: string): Promise<number>;
  /** Listens for confined sessions as well, at this Unix socket, for nothing but their reports. A socket left there is replaced. */
  listenToSandboxes(socket: string): Promise<void>;
  /** Not ready at once, sockets closed, requests finished within the grace, then everything cut. */
  stop(graceMs: number): Promise<void>;
}

interface Context extends WebServerParts {
  rules: GuardRules;
  drain: Drain;
  doorway: Doorway;
  overload: Overload;
}

/** The one port: guard, then a place among what is under way, then login, sockets or pages. Every response carries the security headers. */
export function createWebServer(parts: WebServerParts): WebServer {
  const http = createServer(serverOptions);
  const context: Context = {
    ...parts,
    rules: { port: 0, allowedHosts: parts.allowedHosts },
    drain: createDrain(http, () => parts.gateway.close()),
    doorway: createDoorway(http),
    overload: parts.overload ?? createOverload(),
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void serve(context, frontDoor, { request, response });
  http.on("request", onRequest);
  http.on("checkExpectation", onRequest);
  http.on("upgrade", (request, socket, head) => void upgrade(context, request, socket, head));
  http.on("connect", (_, socket) => answerRaw(socket, 405, new DomainError("METHOD_NOT_ALLOWED", "No proxy.").body));
  http.on("clientError", refuseUnreadable);
  let callback: CallbackServer | undefined;
  return {
    http,
    listen: async (port, host) => {
      await new Promise<void>((resolve, reject) => {
        http.once("error", reject);
        http.listen(port, host, () => resolve());
      });
      http.on("error", (error) => logger.warn({ err: error }, "the web server had an error"));
      context.rules.port = (http.address() as AddressInfo).port;
      return context.rules.port;
    },
    listenToSandboxes: (socket) => {
      callback ??= createCallbackServer(
        serverOptions,
        (request, response) => void serve(context, backDoor, { request, response }),
      );
      return callback.listen(socket);
    },
    stop: async (graceMs) => {
      // Reports under way are counted there, too: they finish first.
      await context.drain.stop(graceMs);
      await callback?.close();
    },
  };
}

const serverOptions: ServerOptions = {
  maxHeaderSize: 32 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 30_000,
  // A missing Host is refused by the guard, with the headers of all refusals.
  requireHostHeader: false,
};

/** Who gets in, and what is behind it. */
interface Door {
  admit: typeof admit;
  route(context: Context, exchange: Exchange, pair: Pair): Promise<void> | void;
}
interface Pair {
  request: IncomingMessage;
  response: ServerResponse;
}
const frontDoor: Door = { admit, route };
const backDoor: Door = {
  admit: admitSandbox,
  route: ({ handleApi, handleMcp, handlePage }, { facts }, { request, response }) =>
    ((pathOf(facts.target) === mcpPath ? handleMcp : handleApi) ?? handlePage)(request, response),
};

/** What is not HTTP is answered like every refusal, and never with a stack. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET") socket.destroy();
  else if (error.code === "HPE_HEADER_OVERFLOW")
    answerRaw(socket, 431, new DomainError("PAYLOAD_TOO_LARGE", "The headers are too long.").body);
  else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT")
    answerRaw(socket, 408, new DomainError("MALFORMED_BODY", "The request did not arrive in time.").body);
  else answerRaw(socket, 400, new DomainError("MALFORMED_BODY", "The request cannot be read.").body);
}

async function serve(context: Context, door: Door, { request, response }: Pair): Promise<void> {
  request.on("error", () => {});
  response.on("error", () => {});
  const exchange = begin(request, context.rules, false);
  for (const [name, value] of Object.entries(securityHeaders(exchange.policy))) response.setHeader(name, value);
  try {
    context.drain.count(request, response);
    await door.admit(exchange.facts, context.rules);
    await context.overload.enter(exchange.facts, response);
    await context.doorway.isClear();
    await door.route(context, exchange, { request, response });
  } catch (thrown) {
    refuse(exchange, response, toLoggedError(thrown));
  }
}

async function route(
  context: Context,
  { facts, nonce, policy, isHttps }: Exchange,
  { request, response }: Pair,
): Promise<void> {
  const path = pathOf(facts.target);
  if (path === socketPath) return context.gateway.handleRequest(request, response);
  const asked = `${facts.method} ${path}`;
  if (asked === "GET /login") return showLogin(request, response, { nonce, isHttps });
  if (asked === "POST /api/login") return signIn(request, response, { nonce, isHttps });
  if (asked === "POST /api/logout") return signOut(request, response, { nonce, isHttps });
  if (path === mcpPath && context.handleMcp !== undefined) return context.handleMcp(request, response);
  if (path.startsWith("/api/") && context.handleApi !== undefined) return context.handleApi(request, response);
  // Next takes the nonce for its own scripts from the one, our layout from the other.
  request.headers["content-security-policy"] = policy;
  request.headers["x-nonce"] = nonce;
  await context.handlePage(request, response);
}

function refuse({ facts, nonce }: Exchange, response: ServerResponse, error: DomainError): void {
  const isPage = isPageNavigation(facts) && !response.headersSent;
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === "number" && !response.headersSent)
    response.setHeader("Retry-After", retryAfterSeconds);
  if (error.code === "UNAUTHENTICATED" && isPage && pathOf(facts.target) !== "/login") redirect(response, "/login");
  else if (error.code === "UNAVAILABLE" && isPage) answerPage(response, error.status, unavailablePage(nonce));
  else answerError(response, error);
}

async function upgrade(context: Context, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  socket.on("error", () => {});
  const { facts, policy } = begin(request, context.rules, true);
  try {
    await admit(facts, context.rules);
    if (context.drain.isStopping()) throw new DomainError("UNAVAILABLE", "Runboard is stopping.");
    if (socket.destroyed) return;
    if (pathOf(facts.target) === socketPath)
      context.gateway.handleUpgrade(request, socket, { head, headers: securityHeaders(policy) });
    else if (context.handleUpgrade !== undefined) context.handleUpgrade(request, socket, head);
    else throw new DomainError("NOT_FOUND", "There is nothing to upgrade to here.");
  } catch (thrown) {
    const error = toLoggedError(thrown);
    answerRaw(socket, error.status, error.body);
  }
}

/** What a caller learns of anything thrown; the rest stays in the log. */
function toLoggedError(thrown: unknown): DomainError {
  const error = toDomainError(thrown);
  if (error.code === "INTERNAL") logger.error({ err: thrown }, "a request failed");
  return error;
}
