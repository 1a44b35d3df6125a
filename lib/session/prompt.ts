import { v7 as uuid } from "uuid";
import { type Actor, actorSchema } from "@/lib/actor.ts";
import { cutText } from "@/lib/cut-text.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import type { SessionPrompt as PromptRow } from "@/lib/generated/prisma/client.ts";
import { lockStreams, record } from "@/lib/journal.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { SessionPrompt } from "@/lib/session/schema.ts";
import { cursorId } from "@/lib/session/session.ts";

/**
 * Says something to a running session. It is delivered at the agent's next turn, which SESSION_PROMPT_DELIVERED tells; until then it
 * waits. Throws PROMPT_REFUSED with a reason when nobody could take it: it may then be given as feedback to the next attempt.
 */
export async function promptSession(tx: Tx, sessionId: string, text: string, actor: Actor): Promise<SessionPrompt> {
  const found = await findSession(tx, sessionId);
  await lockStreams(tx, [found.projectId]);
  const session = await findSession(tx, sessionId);
  refuseDeaf(session);
  const row = await tx.sessionPrompt.create({
    data: { id: uuid(), sessionId, projectId: session.projectId, text, author: actor },
  });
  const { taskId, attempt } = session;
  record(tx, {
    streamId: session.projectId,
    type: "SESSION_PROMPTED",
    entityType: "session",
    entityId: sessionId,
    actor,
    payload: { taskId, attempt, promptId: row.id, text: cutText(text, 500) },
  });
  return viewPrompt(row, session);
}

type SessionState = Awaited<ReturnType<typeof findSession>>;

function refuseDeaf({ status, agent, type }: SessionState): void {
  const why = !isSessionLive(status)
    ? `The session has ended: ${status}.`
    : type === "interactive"
      ? "An interactive session is written to in its terminal."
      : agent === "cli"
        ? "A command takes no prompts."
        : null;
  if (why === null) return;
  throw new DomainError("PROMPT_REFUSED", `${why} Give it as feedback to the next attempt instead.`, {
    found: status,
    offer: "session.continue",
  });
}

/** What was said to a session, oldest first. Throws VALIDATION_FAILED for what is no cursor. */
export async function listPrompts(tx: Tx, query: { sessionId: string; limit: number; cursor?: string | undefined }) {
  const session = await findSession(tx, query.sessionId);
  const rows = await tx.sessionPrompt.findMany({
    where: { sessionId: query.sessionId, ...(query.cursor ? { id: { gt: cursorId(query.cursor) } } : {}) },
    orderBy: { id: "asc" },
    take: query.limit + 1,
  });
  const page = rows.slice(0, query.limit);
  return {
    items: page.map((row) => viewPrompt(row, session)),
    nextCursor: rows.length > query.limit ? page.at(-1)!.id : null,
  };
}

export interface Receipt {
  sessionId: string;
  promptId: string;
  /** Null: the agent has taken it. */
  refusal: string | null;
}

/** The agent has taken it, or will not: said once, and only for what was said to its own session. The caller holds the project's lock. */
export async function receivePrompt(tx: Tx, { sessionId, promptId, refusal }: Receipt, actor: Actor): Promise<void> {
  const { count } = await tx.sessionPrompt.updateMany({
    where: { id: promptId, sessionId, deliveredAt: null, refusal: null },
    data: refusal === null ? { deliveredAt: new Date() } : { refusal },
  });
  if (count === 0) return;
  const session = await findSession(tx, sessionId);
  const { taskId, attempt, projectId } = session;
  const event = { streamId: projectId, entityType: "session", entityId: sessionId, actor } as const;
  const payload = { taskId, attempt, promptId };
  if (refusal === null) record(tx, { ...event, type: "SESSION_PROMPT_DELIVERED", payload });
  else record(tx, { ...event, type: "SESSION_PROMPT_REFUSED", payload: { ...payload, reason: refusal } });
}

/** What was said too late: its session ends without having taken it. The caller holds the project's lock. */
export async function refuseUndelivered(tx: Tx, sessionId: string, actor: Actor): Promise<void> {
  const rows = await tx.sessionPrompt.findMany({
    where: { sessionId, deliveredAt: null, refusal: null },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  for (const { id } of rows) await receivePrompt(tx, { sessionId, promptId: id, refusal: tooLate }, actor);
}

async function findSession(tx: Tx, id: string) {
  const row = await tx.session.findUnique({
    where: { id },
    select: { id: true, taskId: true, projectId: true, attempt: true, status: true, agent: true, type: true },
  });
  if (row === null) throw notFound("session", id);
  return row;
}

/** What was said too late to be taken, or in the very moment the session ended. */
export const tooLate = "The session ended before the agent took it. Give it as feedback to the next attempt instead.";

const viewPrompt = (row: PromptRow, { status }: Pick<SessionState, "status">): SessionPrompt => ({
  id: row.id,
  sessionId: row.sessionId,
  text: row.text,
  author: actorSchema.parse(row.author),
  createdAt: row.createdAt.toISOString(),
  deliveredAt: row.deliveredAt?.toISOString() ?? null,
  refusal: row.refusal ?? (row.deliveredAt === null && !isSessionLive(status) ? tooLate : null),
});
