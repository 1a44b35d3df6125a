import type { ExtendedError } from "socket.io";
import { db } from "@/lib/db.ts";
import { DomainError, toDomainError } from "@/lib/errors.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";
import { authenticate, type Credentials, cookieName, readCookie } from "@/lib/token/token.ts";
import type { LiveServer, LiveSocket } from "./live-server.ts";

/**
 * Before anything else on a socket: who is it? A token in `auth` counts; else what came with the handshake. Throws
 * nothing: a refusal is a `connect_error` with `{ code, message, details }` as its data.
 */
export async function authenticateSocket(socket: LiveSocket, next: (error?: ExtendedError) => void): Promise<void> {
  try {
    const credentials = credentialsOf(socket);
    const caller = await authenticate(credentials);
    if (caller === null) throw new DomainError("UNAUTHENTICATED", "Sign in first: a token or the login link.");
    if (caller.sandboxId !== undefined) throw new DomainError("FORBIDDEN", "A sandbox token may not use sockets.");
    const isOwnerToken = credentials.authorization !== undefined && caller.actor.type === "person";
    socket.data = {
      caller,
      credentialHash: isOwnerToken ? null : hashToken(secretOf(credentials)),
      turn: Promise.resolve(),
      waiting: 0,
      packets: 0,
      drainedAtMs: performance.now(),
      followedFrom: new Map(),
    };
    next();
  } catch (thrown) {
    const { code, body } = toDomainError(thrown);
    next(Object.assign(new Error(code), { data: body }));
  }
}

function credentialsOf({ handshake }: LiveSocket): Credentials {
  const token: unknown = handshake.auth.token;
  if (token !== undefined && token !== null) return { authorization: `Bearer ${String(token)}` };
  const { authorization, cookie } = handshake.headers;
  return authorization === undefined ? { cookie } : { authorization };
}

function secretOf({ authorization, cookie }: Credentials): string {
  return authorization?.replace(/^Bearer /i, "") ?? readCookie(cookie ?? "", cookieName) ?? "";
}

/**
 * Ends sockets whose credential is worth nothing any more (S-32). One query for all of them, without the memory that
 * single requests use. When the store is away nothing is decided: without it nothing is sent either.
 */
export async function endRevokedSockets(io: LiveServer): Promise<void> {
  const sockets = [...io.sockets.sockets.values()];
  const hashes = [...new Set(sockets.map(({ data }) => data.credentialHash))].filter((hash) => hash !== null);
  if (hashes.length === 0) return;
  const alive = await db().apiToken.findMany({
    where: { hash: { in: hashes }, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    select: { hash: true },
  });
  const valid = new Set(alive.map(({ hash }) => hash));
  for (const socket of sockets) {
    const { credentialHash } = socket.data;
    if (credentialHash !== null && !valid.has(credentialHash)) socket.disconnect(true);
  }
}
