import type { Tx } from "@/lib/db.ts";
import { extentOf, since } from "@/lib/journal.ts";
import { fileActorId } from "@/lib/task/file/actor.ts";

const types = [
  ...["TASK_CREATED", "TASK_UPDATED", "TASK_STATUS_CHANGED", "TASK_DEPENDENCY_ADDED", "TASK_DEPENDENCY_REMOVED"],
  ...["SESSION_STARTED", "SESSION_ENDED", "SESSION_PROMPTED", "SANDBOX_TERMINATED", "TASK_FILE_CHANGED"],
];
const pageSize = 1000;

export interface Touched {
  /** null: it is not known which, so all of them. */
  taskIds: Set<string> | null;
  upTo: number;
}

/** Cards about which something was journaled since. */
export async function touchedSince(projectId: string, seenSeq: number | null): Promise<Touched> {
  const { firstSeq, lastSeq } = await extentOf(projectId);
  if (seenSeq === null || seenSeq + 1 < firstSeq) return { taskIds: null, upTo: lastSeq };
  if (seenSeq >= lastSeq) return { taskIds: new Set(), upTo: seenSeq };
  const events = await since(projectId, { after: seenSeq, limit: pageSize });
  const taskIds = new Set<string>();
  // What came from a file is in it.
  for (const { type, entityId, payload, actor } of events)
    if (types.includes(type) && actor.id !== fileActorId)
      taskIds.add("taskId" in payload && payload.taskId ? payload.taskId : entityId);
  return { taskIds, upTo: events.at(-1)?.seq ?? lastSeq };
}

/** Cards that should have a file and have none, the oldest first. */
export const cardsWithoutFile = (tx: Tx, projectId: string, limit: number) =>
  tx.task.findMany({
    where: { projectId, file: null, status: { notIn: ["COMPLETED", "CANCELLED"] } },
    select: { id: true, title: true, number: true },
    orderBy: { number: "asc" },
    take: limit,
  });
