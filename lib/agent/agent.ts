import type { FoundAgent, FoundSandbox } from "@/lib/agent/contract.ts";
import type { Tx } from "@/lib/db.ts";

/** What each live orchestrator has found on its host. */
export async function listAgents(tx: Tx) {
  const workers = await tx.worker.findMany({
    where: { stoppedAt: null, leaseUntil: { gt: new Date() } },
    orderBy: { startedAt: "asc" },
  });
  return {
    orchestrators: workers.map(({ id, hostId, agents, sandboxes }) => ({
      id,
      hostId,
      agents: agents as unknown as FoundAgent[],
      sandboxes: sandboxes as unknown as FoundSandbox[],
    })),
  };
}
