import type { Tx } from "@/lib/db.ts";
import type { ResultFacts } from "@/lib/rule/result-section.ts";
import { statusWord } from "@/lib/task/file/status-word.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";

const writtenPerLook = 50;

/** A result that is to be written into its document. */
export interface DueResult {
  triggerId: string;
  path: string;
  /** How the task stands, as it is noted once it is written. */
  standing: string;
  facts: ResultFacts;
}

/** Ended tasks whose documents say something else of them, the oldest first. A task that was reopened is told of again. */
export async function dueResults(tx: Tx, projectId: string): Promise<DueResult[]> {
  const ids = await tx.$queryRaw<{ id: string }[]>`
    SELECT t.id FROM "Trigger" t JOIN "Rule" r ON r.id = t."ruleId" JOIN "Task" k ON k.id = t."taskId"
    WHERE t."projectId" = ${projectId}::uuid AND r."writeBack" AND t.status = 'CREATED' AND t."writeError" IS NULL
      AND k.status IN ('COMPLETED', 'FAILED', 'CANCELLED')
      AND t."writtenFor" IS DISTINCT FROM k.status || ' ' || k.attempts
    ORDER BY t.id LIMIT ${writtenPerLook}::int`;
  const rows = await tx.trigger.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    include: { task: { include: { project: { select: { key: true } } } } },
    orderBy: { id: "asc" },
  });
  return rows.flatMap(({ id, subject, task }) => {
    if (task === null) return [];
    const said = task.status === "FAILED" ? task.lastError : task.result;
    const facts: ResultFacts = {
      ...{ key: `${task.project.key}-${task.number}`, title: task.title, at: task.statusSince },
      ...{ status: statusWord(task.status as TaskStatus), branch: task.resultBranch, commit: task.resultCommit },
      text: said === null ? "" : typeof said === "string" ? said : JSON.stringify(said, null, 2),
    };
    return [{ triggerId: id, path: subject, standing: `${task.status} ${task.attempts}`, facts }];
  });
}

/**
 * A document with a result in it is nobody's change: every rule that knows the document knows this one, too. False where one has not been
 * told yet what stands there now. A rule that is off is never told, so nothing waits for it; turned on, it begins with what is there then.
 */
export async function announceWriting(
  tx: Tx,
  projectId: string,
  { path, before, after }: { path: string; before: string; after: string },
): Promise<boolean> {
  const where = { path, rule: { projectId, isEnabled: true } };
  const rows = await tx.ruleDocument.findMany({ where });
  if (rows.some(({ hash }) => hash !== before)) return false;
  await tx.ruleDocument.updateMany({ where, data: { writing: after } });
  return true;
}

export async function confirmWriting(
  tx: Tx,
  projectId: string,
  { path, after }: { path: string; after: string },
): Promise<void> {
  await tx.ruleDocument.updateMany({
    where: { path, writing: after, rule: { projectId } },
    data: { hash: after, writing: null },
  });
}

export async function sayWritten(
  tx: Tx,
  triggerId: string,
  said: { standing: string } | { error: string },
): Promise<void> {
  const data = "error" in said ? { writeError: said.error } : { writtenFor: said.standing };
  await tx.trigger.updateMany({ where: { id: triggerId }, data });
}
