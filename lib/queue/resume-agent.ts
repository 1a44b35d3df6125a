import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { instanceStream, lockStreams, record } from "@/lib/journal.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** Lifts the pause of a type of agent: a person knows better than the provider's time. Without a pause nothing happens. */
export async function resumeAgent(tx: Tx, agent: TaskType, actor: Actor) {
  const waiting = await tx.task.findMany({
    where: { status: "QUEUED", type: agent, project: { archivedAt: null } },
    distinct: ["projectId"],
    select: { projectId: true },
  });
  const streams = [instanceStream, ...waiting.map(({ projectId }) => projectId)];
  await lockStreams(tx, streams);
  const [pause] = await tx.$queryRaw<{ until: Date; isOver: boolean }[]>`
    DELETE FROM "AgentPause" WHERE agent = ${agent} RETURNING until, until <= clock_timestamp() AS "isOver"`;
  if (pause === undefined || pause.isOver) return { agent, pausedUntil: null };
  for (const streamId of streams)
    record(tx, { streamId, type: "AGENT_RESUMED", entityType: "queue", entityId: streamId, actor, payload: { agent } });
  return { agent, pausedUntil: pause.until.toISOString() };
}
