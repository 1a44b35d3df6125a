import type { QueueItem } from "@/components/queue/queue-item.ts";

/** How many slots of all are taken. */
export interface Slots {
  running: number;
  capacity: number;
}

type Expected = Pick<QueueItem, "availableAt" | "estimatedStart" | "why">;

/**
 * When it starts, as far as anybody can tell (ms): its own time, the provider's, else at the present pace of the slots. What waits
 * for something else than a slot has no such pace. Null: no telling.
 */
export function expectedStart({ availableAt, estimatedStart, why }: Expected, slots: Slots): number | null {
  const named = availableAt ?? why?.until;
  if (named) return Date.parse(named);
  if (estimatedStart === null) return null;
  const at = Date.parse(estimatedStart);
  if (!why || why.code === "QUEUE_POSITION") return at;
  // A limit that is full while slots are free is one of a type or a user.
  return why.code === "CAPACITY" && slots.running >= slots.capacity ? at : null;
}
