import { createHash, timingSafeEqual } from "node:crypto";
import { v7 as uuid } from "uuid";
import { type Caller, owner } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { env, newSecret } from "@/lib/env.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";

export const cookieName = "runboard_session";
const loginCodeMs = 24 * 60 * 60 * 1000;
const browserMs = 30 * 24 * 60 * 60 * 1000;

/** A one-time code for the login link: good for one browser, one day. Links printed before stay good as long. */
export async function issueLoginCode(): Promise<string> {
  const code = newSecret();
  await db().apiToken.create({
    data: {
      id: uuid(),
      kind: "LOGIN",
      name: "login link",
      hash: hashToken(code),
      expiresAt: new Date(Date.now() + loginCodeMs),
    },
  });
  return code;
}

/** Exchanges a one-time code, or the owner's token, for a browser's cookie value; null when it is not good. */
export async function exchangeLogin(secret: string): Promise<{ cookie: string; maxAgeSeconds: number } | null> {
  if (!isOwnerToken(secret)) {
    const used = await db().apiToken.updateMany({
      where: { kind: "LOGIN", hash: hashToken(secret), usedAt: null, expiresAt: { gt: new Date() } },
      data: { usedAt: new Date() },
    });
    if (used.count !== 1) return null;
  }
  const cookie = newSecret();
  await db().apiToken.create({
    data: {
      id: uuid(),
      kind: "BROWSER",
      name: "browser",
      hash: hashToken(cookie),
      expiresAt: new Date(Date.now() + browserMs),
    },
  });
  return { cookie, maxAgeSeconds: browserMs / 1000 };
}

/** Ends a browser's login. */
export async function endLogin(cookie: string): Promise<void> {
  known.delete(`BROWSER ${hashToken(cookie)}`);
  await db().apiToken.deleteMany({ where: { kind: "BROWSER", hash: hashToken(cookie) } });
}

export interface Credentials {
  authorization?: string | null | undefined;
  cookie?: string | null | undefined;
}

/** Who a request comes from, by bearer token or cookie; null when by nobody we know. Fails closed when the store is away. */
export async function authenticate({ authorization, cookie }: Credentials): Promise<Caller | null> {
  const bearer = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization ?? "")?.[1];
  if (bearer !== undefined) return isOwnerToken(bearer) ? owner : findCaller(bearer, ["API", "SANDBOX"]);
  if (authorization) return null;
  const value = readCookie(cookie ?? "", cookieName);
  return value === undefined ? null : findCaller(value, ["BROWSER"]);
}

export function readCookie(header: string, name: string): string | undefined {
  for (const part of header.split(";")) {
    const [key, ...rest] = part.trim().split("=");
    if (key === name) return rest.join("=");
  }
  return undefined;
}

/** A credential looked up within this time is not looked up again: a revoked one is dead that soon. */
const rememberMs = 2000;
const known = new Map<string, { caller: Caller | null; until: number }>();

async function findCaller(secret: string, kinds: string[]): Promise<Caller | null> {
  const hash = hashToken(secret);
  const key = `${kinds.join()} ${hash}`;
  const remembered = known.get(key);
  if (remembered !== undefined && remembered.until > Date.now()) return remembered.caller;
  const caller = (await findToken(hash, kinds)) ?? (kinds.includes("SANDBOX") ? await findSandboxCaller(hash) : null);
  if (known.size > 1000) known.clear();
  if (caller?.sandboxId === undefined) known.set(key, { caller, until: Date.now() + rememberMs });
  return caller;
}

async function findToken(hash: string, kinds: string[]): Promise<Caller | null> {
  const token = await db().apiToken.findUnique({ where: { hash } });
  if (token === null || !kinds.includes(token.kind) || (token.expiresAt !== null && token.expiresAt < new Date()))
    return null;
  return token.kind === "API" ? { actor: { type: "token", id: token.id, name: token.name } } : owner;
}

/** The token of an attempt speaks for its own sandbox. After the attempt it is known still, so that a late report is told so. */
async function findSandboxCaller(hash: string): Promise<Caller | null> {
  const sandbox = await db().sandbox.findUnique({
    where: { tokenHash: hash },
    include: { session: { select: { attempt: true } }, task: { include: { project: { select: { key: true } } } } },
  });
  if (sandbox === null) return null;
  const name = `${sandbox.task.project.key}-${sandbox.task.number} attempt ${sandbox.session.attempt}`;
  return { actor: { type: "session", id: sandbox.sessionId, name }, sandboxId: sandbox.id };
}

function isOwnerToken(secret: string): boolean {
  if (env.RUNBOARD_TOKEN === undefined) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(secret), digest(env.RUNBOARD_TOKEN));
}
