import type { Tx } from "@/lib/db.ts";

const removedPerBatch = 500;

/** What rules did before a time is forgotten, but for what is held and for tasks that have not ended. An operation so old may be told again. */
export async function removeOldTriggers(tx: Tx, before: Date): Promise<void> {
  for (let removed = removedPerBatch; removed === removedPerBatch; ) {
    removed = await tx.$executeRaw`
      DELETE FROM "Trigger" WHERE id IN (
        SELECT t.id FROM "Trigger" t LEFT JOIN "Task" k ON k.id = t."taskId"
        WHERE t."createdAt" < ${before} AND t.status <> 'HELD'
          AND coalesce(k.status IN ('COMPLETED', 'FAILED', 'CANCELLED'), true)
        LIMIT ${removedPerBatch}::int)`;
  }
}
