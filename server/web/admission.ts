import type { IncomingMessage } from "node:http";
import { DomainError } from "@/lib/errors.ts";
import { authenticate } from "@/lib/token/token.ts";
import { judge, mcpPath, type RequestFacts } from "../guard.ts";
import { type GuardRules, inspectHost } from "./allowed-hosts.ts";
import { dropBelievedHeaders, pathOf } from "./request-target.ts";
import { contentSecurityPolicy, newNonce } from "./security-headers.ts";

/** What is known of a request that the guard has let in. */
export interface AdmittedFacts extends RequestFacts {
  /** The sandbox whose token it bears: noted by whoever lets it in. */
  sandboxId?: string;
}

/** One request or upgrade, as everything behind the guard may see it. */
export interface Exchange {
  facts: AdmittedFacts;
  nonce: string;
  policy: string;
  isHttps: boolean;
}

/** Cleans the request and works out what its answer carries, refused or not. */
export function begin(request: IncomingMessage, rules: GuardRules, isUpgrade: boolean): Exchange {
  dropBelievedHeaders(request);
  const { method = "", url: target = "", headers, rawHeaders } = request;
  const host = inspectHost(headers.host, rules);
  const isHttps = host?.isHttps ?? false;
  const nonce = newNonce();
  const policy = contentSecurityPolicy(nonce, host && `${isHttps ? "wss" : "ws"}://${headers.host?.toLowerCase()}`);
  return { facts: { method, target, headers, rawHeaders, isUpgrade }, nonce, policy, isHttps };
}

/** Of all there is what confined sessions may call through their own socket: their reports, and the tools of their board. */
const isForSessions = (target: string): boolean =>
  target.startsWith("/api/v1/sandboxes/") || pathOf(target) === mcpPath;

/**
 * The same guard at the socket of confined sessions, behind which nobody has any business but they: a sandbox's token is owed for
 * everything, and nobody else's counts.
 */
export async function admitSandbox(facts: AdmittedFacts, rules: GuardRules): Promise<void> {
  judge(facts, rules);
  const caller = facts.isUpgrade ? null : await authenticate({ authorization: facts.headers.authorization });
  if (caller?.sandboxId === undefined)
    throw new DomainError("UNAUTHENTICATED", "Only sessions report here, with the token of their sandbox.");
  if (!isForSessions(facts.target)) throw new DomainError("FORBIDDEN", sessionsOnly);
  facts.sandboxId = caller.sandboxId;
}

const sessionsOnly = "The token of a session opens its reports and the tools of its board, and nothing else here.";

/** The guard's verdict, and the credential where one is owed. A sandbox's token opens the API and MCP only (S-20). */
export async function admit(facts: AdmittedFacts, rules: GuardRules): Promise<void> {
  if (judge(facts, rules) !== "credential") return;
  const { authorization, cookie } = facts.headers;
  const caller = await authenticate({ authorization, cookie });
  if (caller === null) throw new DomainError("UNAUTHENTICATED", "Sign in first: a bearer token or the login link.");
  if (caller.sandboxId === undefined) return;
  const isOpen = facts.target.startsWith("/api/") || pathOf(facts.target) === mcpPath;
  if (!isOpen) throw new DomainError("FORBIDDEN", sessionsOnly);
  facts.sandboxId = caller.sandboxId;
}
