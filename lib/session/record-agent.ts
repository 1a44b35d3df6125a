import type { Spent } from "@/lib/agent/events.ts";
import type { Tx } from "@/lib/db.ts";

/** What an agent has told of itself and of its work since it was last asked. */
export interface AgentFacts {
  agentVersion?: string | null;
  model?: string | null;
  conversationId?: string | null;
  spent?: Spent;
  liveLine?: string;
}

/** Notes what an agent told, of a session that lives or has just ended. No event: it is read with the session. */
export async function recordAgent(tx: Tx, sessionId: string, { spent, ...facts }: AgentFacts): Promise<void> {
  await tx.session.updateMany({
    where: { id: sessionId },
    data: { ...facts, ...spent },
  });
}
