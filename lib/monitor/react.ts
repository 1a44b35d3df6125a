import type { Actor } from "@/lib/actor.ts";
import type { Config } from "@/lib/config/schema.ts";
import type { Tx } from "@/lib/db.ts";
import { record } from "@/lib/journal.ts";
import { escalate } from "@/lib/monitor/escalate.ts";
import { markStalled } from "@/lib/monitor/mark-stalled.ts";
import { reassign } from "@/lib/monitor/reassign.ts";
import type { Reaction } from "@/lib/monitor/schema.ts";
import type { Sighting } from "@/lib/monitor/sightings.ts";
import type { ProjectRow } from "@/lib/project/find.ts";

/** What a check knows beside what it noticed. The project's lock is held. */
export interface Check {
  project: ProjectRow;
  config: Config;
  actor: Actor;
}

/** Does what a project wants done; answers the tasks made for people, by the id of the task they are about. */
type Strategy = (tx: Tx, check: Check, sightings: readonly Sighting[]) => Promise<ReadonlyMap<string, string>>;

const strategies: Record<Config["escalationStrategy"], Strategy> = {
  log_only: async () => new Map(),
  mark_stalled: markStalled,
  reassign,
  escalate,
};

/** One reaction to each: that it was reacted to is kept with it, what was done and that it was done are events of one transaction. */
export async function react(
  tx: Tx,
  check: Check & { strategy: Config["escalationStrategy"] },
  sightings: readonly Sighting[],
): Promise<Reaction[]> {
  if (sightings.length === 0) return [];
  await rememberAll(tx, sightings);
  const escalations = await strategies[check.strategy](tx, check, sightings);
  return sightings.map((sighting) => {
    const payload = {
      kind: sighting.kind,
      strategy: check.strategy,
      taskId: sighting.task.id,
      ...(sighting.session ? { sessionId: sighting.session.id } : {}),
      waitedSeconds: sighting.waitedSeconds,
    };
    const of = { streamId: check.project.id, entityType: "task", entityId: sighting.task.id } as const;
    record(tx, { ...of, type: "MONITOR_REACTED", actor: check.actor, payload });
    const escalationTaskId = escalations.get(sighting.task.id);
    return escalationTaskId === undefined ? payload : { ...payload, escalationTaskId };
  });
}

/** Before anything is moved: a move begins a new episode. Sessions in id order, as everybody who locks several. */
async function rememberAll(tx: Tx, sightings: readonly Sighting[]): Promise<void> {
  const tasks = sightings.filter(({ session }) => session === null).map(({ task }) => task.id);
  const sessions = sightings.flatMap(({ session }) => (session ? [session.id] : []));
  await tx.$executeRaw`UPDATE "Task" SET "monitoredAt" = clock_timestamp() WHERE id = ANY (${tasks}::uuid[])`;
  await tx.$queryRaw`SELECT id FROM "Session" WHERE id = ANY (${sessions}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  await tx.$executeRaw`UPDATE "Session" SET "monitoredAt" = clock_timestamp() WHERE id = ANY (${sessions}::uuid[])`;
}
