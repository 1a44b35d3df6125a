import { type Actor, actorSchema } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { newSecret } from "@/lib/env.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";

const lifeSeconds = 10;

/** A one-time ticket to the terminal of a session, for one viewer. Those whose time is over go. */
export async function issueTicket(tx: Tx, sessionId: string, viewer: Actor): Promise<string> {
  const ticket = newSecret();
  await tx.$executeRaw`
    WITH stale AS (DELETE FROM "TerminalTicket" WHERE "expiresAt" < clock_timestamp())
    INSERT INTO "TerminalTicket" (hash, "sessionId", viewer, "expiresAt") VALUES (${hashToken(ticket)}, ${sessionId}::uuid,
      ${JSON.stringify(viewer)}::jsonb, clock_timestamp() + make_interval(secs => ${lifeSeconds}::float8))`;
  return ticket;
}

/** Takes a ticket: it is worth nothing afterwards. Null: there is none, its time is over, or it was taken. */
export async function redeemTicket(tx: Tx, ticket: string): Promise<{ sessionId: string; viewer: Actor } | null> {
  const [row] = await tx.$queryRaw<{ sessionId: string; viewer: unknown; isFresh: boolean }[]>`
    DELETE FROM "TerminalTicket" WHERE hash = ${hashToken(ticket)}
    RETURNING "sessionId", viewer, "expiresAt" > clock_timestamp() AS "isFresh"`;
  return row?.isFresh ? { sessionId: row.sessionId, viewer: actorSchema.parse(row.viewer) } : null;
}
