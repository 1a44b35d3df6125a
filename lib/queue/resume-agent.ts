import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { instanceStream, lockStreams, record } from "@/lib/journal.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/**
 * Lifts the pause of a type of agent: a person knows better than the provider's time. Without a pause nothing happens. It ends now, and
 * its end stays known: until then nobody waited for too long (lib/monitor/sightings.ts).
 */
export async function resumeAgent(tx: Tx, agent: TaskType, actor: Actor) {
  const waiting = await tx.task.findMany({
    where: { status: "QUEUED", type: agent, project: { archivedAt: null } },
    distinct: ["projectId"],
    select: { projectId: true },
  });
  const streams = [instanceStream, ...waiting.map(({ projectId }) => projectId)];
  await lockStreams(tx, streams);
  const [pause] = await tx.$queryRaw<{ until: Date }[]>`
    WITH pause AS (SELECT agent, until FROM "AgentPause" WHERE agent = ${agent} AND until > clock_timestamp() FOR UPDATE)
    UPDATE "AgentPause" a SET until = date_trunc('milliseconds', clock_timestamp()) FROM pause WHERE a.agent = pause.agent
    RETURNING pause.until`;
  if (pause === undefined) return { agent, pausedUntil: null };
  for (const streamId of streams)
    record(tx, { streamId, type: "AGENT_RESUMED", entityType: "queue", entityId: streamId, actor, payload: { agent } });
  return { agent, pausedUntil: pause.until.toISOString() };
}
