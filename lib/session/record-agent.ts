import type { Spent } from "@/lib/agent/events.ts";
import type { Tx } from "@/lib/db.ts";
import { storableJson } from "@/lib/storable.ts";

/** What an agent has told of itself and of its work since it was last asked. */
export interface AgentFacts {
  agentVersion?: string | null;
  model?: string | null;
  conversationId?: string | null;
  spent?: Spent;
  liveLine?: string;
}

/**
 * Notes what the agents of sessions told, in one statement for all of them; browsers that follow their projects are nudged. No event: it
 * is read with the session. What was spent never goes back, whoever reads an agent's words once more from their beginning.
 */
export async function recordAgents(tx: Tx, told: ReadonlyMap<string, AgentFacts>): Promise<void> {
  const rows = [...told].map(([sessionId, { spent, ...facts }]) => ({ sessionId, told: { ...facts, ...spent } }));
  await tx.$executeRaw`
    WITH facts AS (
      SELECT * FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS x("sessionId" uuid, told jsonb)
    ), locked AS MATERIALIZED (
      -- In id order, as whoever else locks several sessions.
      SELECT id FROM "Session" WHERE id IN (SELECT "sessionId" FROM facts) ORDER BY id FOR NO KEY UPDATE
    ), noted AS (
      UPDATE "Session" s SET
        "agentVersion" = coalesce(told->>'agentVersion', s."agentVersion"),
        model = coalesce(told->>'model', s.model),
        "conversationId" = coalesce(told->>'conversationId', s."conversationId"),
        "liveLine" = coalesce(told->>'liveLine', s."liveLine"),
        "inputTokens" = greatest((told->>'inputTokens')::bigint, s."inputTokens"),
        "outputTokens" = greatest((told->>'outputTokens')::bigint, s."outputTokens"),
        "cacheReadTokens" = greatest((told->>'cacheReadTokens')::bigint, s."cacheReadTokens"),
        "cacheWriteTokens" = greatest((told->>'cacheWriteTokens')::bigint, s."cacheWriteTokens"),
        "costUsd" = greatest((told->>'costUsd')::float8, s."costUsd")
      FROM facts x, locked WHERE s.id = x."sessionId" AND s.id = locked.id
      RETURNING s."projectId"
    )
    SELECT pg_notify('runboard_live', "projectId"::text) FROM (SELECT DISTINCT "projectId" FROM noted) AS touched`;
}
