import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The variables by which the driver alone is told the real key (plan.driver.environment); it keeps RUNBOARD_GATE_* from the agent. */
const names = {
  apiKey: "RUNBOARD_GATE_API_KEY",
  authToken: "RUNBOARD_GATE_AUTH_TOKEN",
  oauthToken: "RUNBOARD_GATE_OAUTH_TOKEN",
} as const;

export interface GateKey {
  kind: keyof typeof names;
  value: string;
}

interface OperatorKeys {
  ANTHROPIC_API_KEY?: string | undefined;
  ANTHROPIC_AUTH_TOKEN?: string | undefined;
  CLAUDE_CODE_OAUTH_TOKEN?: string | undefined;
}

/** From what the operator has set (lib/env.ts) to what a driver is told. */
export function gateEnvironment(keys: OperatorKeys): Record<string, string> {
  const told = {
    [names.apiKey]: keys.ANTHROPIC_API_KEY,
    [names.authToken]: keys.ANTHROPIC_AUTH_TOKEN,
    [names.oauthToken]: keys.CLAUDE_CODE_OAUTH_TOKEN,
  };
  return Object.fromEntries(Object.entries(told).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** Null: the operator has set none. */
export function readGateKey(environment: NodeJS.ProcessEnv): GateKey | null {
  for (const kind of ["apiKey", "authToken", "oauthToken"] as const) {
    const value = environment[names[kind]];
    if (value) return { kind, value };
  }
  return null;
}

/** The headers that carry the real key. `beta`: what the agent asked for; a subscription's token needs a word more there. */
export function keyHeaders({ kind, value }: GateKey, beta: string | undefined): Record<string, string> {
  if (kind === "apiKey") return { "x-api-key": value };
  const authorization = { authorization: `Bearer ${value}` };
  if (kind === "authToken" || beta?.includes("oauth-")) return authorization;
  return { ...authorization, "anthropic-beta": beta ? `${beta},${oauthBeta}` : oauthBeta };
}
const oauthBeta = "oauth-2025-04-20";

/** Whether a request to the model's API carries the session's token, as a key or as a bearer. */
export function bearsToken({ "x-api-key": key, authorization }: IncomingHttpHeaders, token: string): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return [typeof key === "string" ? key : undefined, bearer].some((said) => isToken(said, token));
}

/** Whether a request to the proxy does: as a bearer, or as the password of any name. */
export function bearsProxyToken({ "proxy-authorization": said = "" }: IncomingHttpHeaders, token: string): boolean {
  const [scheme = "", value = ""] = said.split(/ +/, 2);
  if (scheme.toLowerCase() === "bearer") return isToken(value, token);
  if (scheme.toLowerCase() !== "basic") return false;
  const pair = Buffer.from(value, "base64").toString("utf8");
  return isToken(pair.slice(pair.indexOf(":") + 1), token);
}

/** Of like length whatever was said, so that the time it takes tells nothing. */
const isToken = (said: string | undefined, token: string): boolean =>
  said !== undefined && token !== "" && timingSafeEqual(digest(said), digest(token));
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
