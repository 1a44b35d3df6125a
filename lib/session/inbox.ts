import type { InboxMessage } from "@/lib/agent/events.ts";
import type { Tx } from "@/lib/db.ts";

/** What waits to be told to the agent of a session. `id`: of the prompt or the question. */
export interface Waiting {
  id: string;
  sessionId: string;
  message: InboxMessage;
}

/**
 * What people have said and answered that the agents of these sessions have not been told, in the order it was said. `known`: ids of what
 * was passed on already, for as long as no receipt has come.
 */
export async function readWaiting(tx: Tx, sessionIds: readonly string[], known: readonly string[]): Promise<Waiting[]> {
  const rows = await tx.$queryRaw<{ id: string; sessionId: string; message: InboxMessage }[]>`
    SELECT id, "sessionId", message FROM (
      SELECT p.id, p."sessionId", p."createdAt" AS at,
        jsonb_build_object('kind', 'prompt', 'promptId', p.id, 'text', p.text) AS message
        FROM "SessionPrompt" p WHERE p."sessionId" = ANY (${[...sessionIds]}::uuid[]) AND p."deliveredAt" IS NULL AND p.refusal IS NULL
      UNION ALL
      SELECT q.id, q."sessionId", q."answeredAt",
        jsonb_build_object('kind', 'answer', 'askedAs', q."askedAs", 'decision', q.decision, 'message', q.message,
          'by', CASE WHEN q."answeredBy"->>'type' = 'system' THEN 'policy' ELSE 'person' END)
        FROM "Question" q WHERE q."sessionId" = ANY (${[...sessionIds]}::uuid[]) AND q."answeredAt" IS NOT NULL
    ) AS said WHERE id <> ALL (${[...known]}::uuid[]) ORDER BY at, id`;
  return rows;
}

export interface Overdue {
  id: string;
  projectId: string;
  /** What the project's people decided for this case. */
  decision: "allow" | "deny";
}

/** Questions of these sessions that nobody has answered in time, by the database's clock. */
export function findOverdue(tx: Tx, sessionIds: readonly string[]): Promise<Overdue[]> {
  return tx.$queryRaw<Overdue[]>`
    SELECT q.id, q."projectId", coalesce(p.settings->>'questionOnTimeout', 'deny') AS decision
    FROM "Question" q JOIN "Project" p ON p.id = q."projectId"
    WHERE q."sessionId" = ANY (${[...sessionIds]}::uuid[]) AND q."answeredAt" IS NULL AND q."expiresAt" <= clock_timestamp()
    ORDER BY q.id`;
}
