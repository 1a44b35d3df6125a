import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import type { Prisma } from "@/lib/generated/prisma/client.ts";
import { findProject, lockProject } from "@/lib/project/find.ts";
import { type RuleEvent, whatOf } from "@/lib/rule/event.ts";
import { settleTrigger } from "@/lib/rule/fire.ts";
import type { Trigger } from "@/lib/rule/schema.ts";
import { cursorId } from "@/lib/session/session.ts";
import { findTask, keyOf } from "@/lib/task/find.ts";

const inFull = { rule: true, task: { include: { project: { select: { key: true } } } } } as const;
type FullTrigger = Prisma.TriggerGetPayload<{ include: typeof inFull }>;

export interface TriggerQuery {
  projectId: string;
  ruleId?: string | undefined;
  status?: Trigger["status"] | undefined;
  subject?: string | undefined;
  /** Id or key. */
  taskId?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Newest first: ids are UUIDv7. Throws NOT_FOUND for a project and a task that are not there. */
export async function listTriggers(tx: Tx, query: TriggerQuery) {
  const { id: projectId } = await findProject(tx, query.projectId);
  const { ruleId, status, subject, taskId, limit, cursor } = query;
  const rows = await tx.trigger.findMany({
    where: {
      projectId,
      ...(ruleId ? { ruleId } : {}),
      ...(status ? { status } : {}),
      ...(subject ? { subject } : {}),
      ...(taskId ? { taskId: (await findTask(tx, taskId)).id } : {}),
      ...(cursor ? { id: { lt: cursorId(cursor) } } : {}),
    },
    include: inFull,
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { items: await viewAll(tx, page), nextCursor: rows.length > limit ? page.at(-1)!.id : null };
}

/** A person wants the task that was held or skipped. Throws ILLEGAL_TRANSITION where it was created already. */
export async function createTaskOf(tx: Tx, id: string): Promise<Trigger> {
  const found = await tx.trigger.findUnique({ where: { id } });
  if (found === null) throw notFound("trigger", id);
  await lockProject(tx, found.projectId);
  const { rule, task: _, ...row } = await tx.trigger.findUniqueOrThrow({ where: { id }, include: inFull });
  if (row.status === "CREATED")
    throw new DomainError("ILLEGAL_TRANSITION", "Its task was created already.", {
      found: row.status,
      allowed: ["HELD", "SKIPPED"],
    });
  await settleTrigger(tx, rule, row, true);
  return viewTrigger(tx, id);
}

export async function viewTrigger(tx: Tx, id: string): Promise<Trigger> {
  const [view] = await viewAll(tx, [await tx.trigger.findUniqueOrThrow({ where: { id }, include: inFull })]);
  return view!;
}

async function viewAll(tx: Tx, rows: readonly FullTrigger[]): Promise<Trigger[]> {
  const causeIds = [...new Set(rows.flatMap(({ causeId }) => causeId ?? []))];
  const causes = await tx.task.findMany({
    where: { id: { in: causeIds } },
    select: { id: true, number: true, project: { select: { key: true } } },
  });
  const keys = new Map(causes.map((task) => [task.id, keyOf(task)]));
  return rows.map((row) => viewRow(row, keys));
}

const viewRow = (row: FullTrigger, keys: ReadonlyMap<string, string>): Trigger => ({
  ...{ id: row.id, projectId: row.projectId, ruleId: row.ruleId, ruleName: row.rule.name, subject: row.subject },
  ...{ what: whatOf(row.event as unknown as RuleEvent), depth: row.depth },
  cause: row.causeId !== null && keys.has(row.causeId) ? { id: row.causeId, key: keys.get(row.causeId)! } : null,
  ...{ status: row.status as Trigger["status"], reason: row.reason as Trigger["reason"], message: row.message },
  heldUntil: row.heldUntil?.toISOString() ?? null,
  task: row.task && { id: row.task.id, key: keyOf(row.task), title: row.task.title, status: row.task.status },
  ...{ writtenBack: row.writtenFor, writeError: row.writeError, createdAt: row.createdAt.toISOString() },
});
