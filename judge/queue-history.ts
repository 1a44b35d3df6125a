import { db } from "../lib/db.ts";

/** Who waited in a project's queue after each event of its journal. */
export interface QueueHistory {
  /** Claims that took somebody while somebody else should have been before them, in sentences. */
  wrongClaims: string[];
  /** The place, from 1, that each task got when it was queued; two when times are equal to the millisecond. */
  places: Map<string, { least: number; most: number }>;
  /** Whether some moment between the two numbers of events had just these tasks waiting, in this order. */
  wasEver(ids: readonly string[], from: number, until: number): boolean;
}

interface Step {
  seq: bigint;
  entityId: string;
  to: string;
  at: Date;
}

/**
 * Folds the queue of a project that no other shares the orchestrators with, from its journal and from what the requests
 * were answered: the time each task was queued and its priority. The order is time − priority × ageing.
 */
export async function foldQueue(projectId: string, ranks: ReadonlyMap<string, number>): Promise<QueueHistory> {
  const steps = await db().$queryRaw<Step[]>`
    SELECT seq, "entityId", payload->>'to' AS to, at FROM "Event"
    WHERE "streamId" = ${projectId}::uuid AND type = 'TASK_STATUS_CHANGED' ORDER BY seq`;
  const rank = (id: string) => ranks.get(id) ?? Number.NaN;
  const [wrongClaims, places] = [[] as string[], new Map<string, { least: number; most: number }>()];
  const states: { seq: number; waiting: ReadonlySet<string> }[] = [{ seq: 0, waiting: new Set() }];
  for (const { seq, entityId, to } of steps) {
    const waiting = new Set(states.at(-1)!.waiting);
    if (to === "QUEUED") {
      const ahead = [...waiting].filter((id) => rank(id) < rank(entityId)).length;
      const beside = [...waiting].filter((id) => rank(id) === rank(entityId)).length;
      places.set(entityId, { least: ahead + 1, most: ahead + beside + 1 });
      waiting.add(entityId);
    } else if (waiting.delete(entityId)) {
      const passed = [...waiting].filter((id) => rank(id) < rank(entityId));
      if (to === "RUNNING" && passed.length > 0) wrongClaims.push(`event ${seq} passed over ${passed.length} tasks`);
    } else continue;
    states.push({ seq: Number(seq), waiting });
  }
  const wasEver = (ids: readonly string[], from: number, until: number) => {
    if (ids.some((id, index) => index > 0 && rank(id) < rank(ids[index - 1]!))) return false;
    const first = states.findLastIndex(({ seq }) => seq <= from);
    return states
      .slice(first)
      .filter(({ seq }, index) => index === 0 || seq <= until)
      .some(({ waiting }) => waiting.size === ids.length && ids.every((id) => waiting.has(id)));
  };
  return { wrongClaims, places, wasEver };
}
