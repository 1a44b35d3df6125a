import type { IncomingHttpHeaders } from "node:http";
import { DomainError } from "@/lib/errors.ts";
import { cookieName, readCookie } from "@/lib/token/token.ts";
import { type GuardRules, inspectHost, inspectOrigin } from "./web/allowed-hosts.ts";
import { countHeader, inspectTarget, pathOf } from "./web/request-target.ts";

/**
 * The one chokepoint in front of pages, assets, API, sockets: host → target → method → origin → credential. Pure: it
 * says which proof a request still owes; `admit` in web/admission.ts looks the credential up.
 */
export interface RequestFacts {
  method: string;
  /** As it stands in the request line. */
  target: string;
  headers: IncomingHttpHeaders;
  rawHeaders: readonly string[];
  isUpgrade: boolean;
}

/** `nothing`: a public route. `socketToken`: a socket whose token comes with its first packet. */
export type Owed = "nothing" | "credential" | "socketToken";

/** Reviewed: the only routes that answer without a credential. Each entry is `METHOD path`, exactly. */
export const publicRoutes: ReadonlySet<string> = new Set([
  "GET /api/health/live",
  "GET /api/health/ready",
  "GET /login",
  "POST /api/login",
]);

export const socketPath = "/socket.io/";
/** The Model Context Protocol: a route like every other to the guard. */
export const mcpPath = "/mcp";
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const socketMethods: ReadonlySet<string> = new Set(["GET", "POST"]);

/** What a request still has to prove. Throws HOST_NOT_ALLOWED, MALFORMED_BODY, METHOD_NOT_ALLOWED, ORIGIN_NOT_ALLOWED. */
export function judge(request: RequestFacts, rules: GuardRules): Owed {
  checkHost(request, rules);
  const complaint = inspectTarget(request.target);
  if (complaint !== null) throw new DomainError("MALFORMED_BODY", complaint);
  const path = pathOf(request.target);
  const isSocket = path === socketPath;
  if (!(isSocket ? socketMethods : methods).has(request.method)) {
    throw new DomainError("METHOD_NOT_ALLOWED", `${request.method} is not answered here.`);
  }
  checkOrigin(request, rules);
  if (isSocket) return judgeSocket(request);
  checkForgery(request);
  return publicRoutes.has(`${request.method} ${path}`) && !request.isUpgrade ? "nothing" : "credential";
}

function checkHost({ headers, rawHeaders }: RequestFacts, rules: GuardRules): void {
  if (countHeader(rawHeaders, "host") === 1 && inspectHost(headers.host, rules) !== null) return;
  throw new DomainError(
    "HOST_NOT_ALLOWED",
    "This server does not go by that name. Use 127.0.0.1 or localhost, or add the name to RUNBOARD_ALLOWED_HOSTS.",
  );
}

/** An Origin that is there must be ours. Other sites get nothing but the link to a page, whatever they send along. */
function checkOrigin({ headers, rawHeaders, method }: RequestFacts, rules: GuardRules): void {
  const { origin } = headers;
  const isForeign = origin !== undefined && (countHeader(rawHeaders, "origin") !== 1 || !inspectOrigin(origin, rules));
  const site = headers["sec-fetch-site"];
  const isLink =
    method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  const isCrossSite = (site === "cross-site" || site === "same-site") && !isLink && origin === undefined;
  if (isForeign || isCrossSite) {
    throw new DomainError("ORIGIN_NOT_ALLOWED", "Only pages of this server may do that.");
  }
}

/** A change by cookie must say that it comes from our own page; a browser adds the cookie to forged ones as well. */
function checkForgery(request: RequestFacts): void {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if ((isRead && !request.isUpgrade) || hasBearer(request) || isFromOwnPage(request) || !hasCookie(request)) return;
  throw new DomainError("ORIGIN_NOT_ALLOWED", "A change with a cookie needs an Origin header. Programs use a token.");
}

function isFromOwnPage({ headers, isUpgrade }: RequestFacts): boolean {
  if (headers.origin !== undefined) return true;
  const site = headers["sec-fetch-site"];
  return !isUpgrade && (site === "same-origin" || site === "none");
}

/**
 * Sockets, upgrade and polling alike: Origin and credential, or a token without Origin. A program that sends neither
 * Origin nor cookie gives its token in the first packet. (Browsers leave Origin out of polling GETs to their own page
 * but say so in Sec-Fetch-Site, which pages cannot forge.)
 */
function judgeSocket(request: RequestFacts): Owed {
  if (hasBearer(request) || request.headers.origin !== undefined) return "credential";
  if (request.headers.cookie === undefined && request.headers["sec-fetch-site"] === undefined) return "socketToken";
  if (isFromOwnPage(request)) return "credential";
  throw new DomainError("ORIGIN_NOT_ALLOWED", "A socket with a cookie needs an Origin header. Programs use a token.");
}

const hasBearer = ({ headers }: RequestFacts): boolean => headers.authorization !== undefined;
const hasCookie = ({ headers }: RequestFacts): boolean => readCookie(headers.cookie ?? "", cookieName) !== undefined;

/** Whether somebody without a credential is sent to the login page rather than told UNAUTHENTICATED. */
export function isPageNavigation({ method, target, headers, isUpgrade }: RequestFacts): boolean {
  if (method !== "GET" || isUpgrade || headers.rsc !== undefined) return false;
  if (/^\/(api|mcp|_next|__next[^/]*|socket\.io)(\/|$)/.test(pathOf(target))) return false;
  return (headers.accept ?? "").includes("text/html");
}
