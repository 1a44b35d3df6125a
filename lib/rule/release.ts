import type { Tx } from "@/lib/db.ts";
import { settleTrigger } from "@/lib/rule/fire.ts";

const releasedPerLook = 20;

/** Projects in which something waits that may have room now. */
export async function projectsWithHeld(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT t."projectId" AS id FROM "Trigger" t JOIN "Project" p ON p.id = t."projectId"
    WHERE t.status = 'HELD' AND p."archivedAt" IS NULL AND (t."heldUntil" IS NULL OR t."heldUntil" <= clock_timestamp())`;
  return rows.map(({ id }) => id);
}

/** What waited and is not in anybody's way any more becomes a task, the oldest first. The caller holds the project's lock. */
export async function releaseHeld(tx: Tx, projectId: string): Promise<void> {
  const free = await tx.$queryRaw<{ id: string }[]>`
    SELECT t.id FROM "Trigger" t JOIN "Rule" r ON r.id = t."ruleId"
    WHERE t."projectId" = ${projectId}::uuid AND t.status = 'HELD' AND r."isEnabled"
      AND (t."heldUntil" IS NULL OR t."heldUntil" <= clock_timestamp())
      AND NOT (coalesce((r.limits->>'oneAtATime')::boolean, true) AND EXISTS (
        SELECT FROM "Trigger" o LEFT JOIN "Task" k ON k.id = o."taskId"
        WHERE o."ruleId" = t."ruleId" AND o.subject = t.subject AND o.id < t.id
          AND (o.status = 'HELD' OR (o.status = 'CREATED' AND k.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')))))
    ORDER BY t.id LIMIT ${releasedPerLook}::int`;
  for (const { id } of free) {
    const { rule, ...row } = await tx.trigger.findUniqueOrThrow({ where: { id }, include: { rule: true } });
    await settleTrigger(tx, rule, row);
  }
}
