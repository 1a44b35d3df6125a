import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The variables by which the driver alone is told the real key (plan.driver.environment); it keeps RUNBOARD_GATE_* from the agent. */
const names = {
  apiKey: "RUNBOARD_GATE_API_KEY",
  authToken: "RUNBOARD_GATE_AUTH_TOKEN",
  oauthToken: "RUNBOARD_GATE_OAUTH_TOKEN",
  openaiKey: "RUNBOARD_GATE_OPENAI_KEY",
  geminiKey: "RUNBOARD_GATE_GEMINI_KEY",
} as const;

const urlNames = { openai: "RUNBOARD_GATE_OPENAI_URL", gemini: "RUNBOARD_GATE_GEMINI_URL" } as const;

export interface GateKey {
  kind: keyof typeof names;
  value: string;
}

interface OperatorKeys {
  ANTHROPIC_API_KEY?: string | undefined;
  ANTHROPIC_AUTH_TOKEN?: string | undefined;
  CLAUDE_CODE_OAUTH_TOKEN?: string | undefined;
  OPENAI_API_KEY?: string | undefined;
  GEMINI_API_KEY?: string | undefined;
  /** Where these two are used; Anthropic's is in the plan. */
  OPENAI_BASE_URL?: string | undefined;
  GOOGLE_GEMINI_BASE_URL?: string | undefined;
}

/** From what the operator has set (lib/env.ts) to what a driver is told. */
export function gateEnvironment(keys: OperatorKeys): Record<string, string> {
  const told = {
    [names.apiKey]: keys.ANTHROPIC_API_KEY,
    [names.authToken]: keys.ANTHROPIC_AUTH_TOKEN,
    [names.oauthToken]: keys.CLAUDE_CODE_OAUTH_TOKEN,
    [names.openaiKey]: keys.OPENAI_API_KEY,
    [names.geminiKey]: keys.GEMINI_API_KEY,
    [urlNames.openai]: keys.OPENAI_BASE_URL,
    [urlNames.gemini]: keys.GOOGLE_GEMINI_BASE_URL,
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

export interface OtherProvider {
  url: string;
  key: GateKey | null;
}

/** What the operator has said of another provider than Anthropic. */
export function readOtherProvider(name: "openai" | "gemini", environment: NodeJS.ProcessEnv): OtherProvider {
  const kind = `${name}Key` as const;
  const value = environment[names[kind]];
  return { url: environment[urlNames[name]] || urls[name], key: value ? { kind, value } : null };
}
const urls = { openai: "https://api.openai.com/v1", gemini: "https://generativelanguage.googleapis.com" };

/** The headers that carry the real key. `beta`: what the agent asked for; a subscription's token needs a word more there. */
export function keyHeaders({ kind, value }: GateKey, beta: string | undefined): Record<string, string> {
  if (kind === "apiKey") return { "x-api-key": value };
  if (kind === "geminiKey") return { "x-goog-api-key": value };
  const authorization = { authorization: `Bearer ${value}` };
  if (kind !== "oauthToken" || beta?.includes("oauth-")) return authorization;
  return { ...authorization, "anthropic-beta": beta ? `${beta},${oauthBeta}` : oauthBeta };
}
const oauthBeta = "oauth-2025-04-20";

/** Whether a request to a model's API carries the session's token, as a key or as a bearer. */
export function bearsToken(headers: IncomingHttpHeaders, token: string): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  return [headers["x-api-key"], headers["x-goog-api-key"], bearer].some((said) => isToken(said, token));
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
const isToken = (said: string | string[] | undefined, token: string): boolean =>
  typeof said === "string" && token !== "" && timingSafeEqual(digest(said), digest(token));
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
