import { db } from "@/lib/db.ts";
import type { Services } from "../services.ts";

/**
 * The end of an orchestrator that was given up: what it ran is ended at once, because others may start it again. A
 * session that another orchestrator of this host has adopted is left to it: its processes are the same.
 */
export async function abandonSessions({ worker, held, loose, sandbox }: Services): Promise<void> {
  const sessions = [...held.values(), ...loose.values()];
  const adopted = await db().session.findMany({
    where: {
      id: { in: sessions.map(({ plan }) => plan.sessionId) },
      workerId: { not: worker.id },
      status: { in: ["STARTING", "RUNNING"] },
    },
    select: { id: true },
  });
  const spared = new Set(adopted.map(({ id }) => id));
  const ours = sessions.filter(({ plan }) => !spared.has(plan.sessionId));
  await Promise.all(
    ours.map(({ plan, directory, identity }) => sandbox.terminate(plan.sessionId, directory, identity, 0)),
  );
}
