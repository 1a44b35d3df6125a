import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { notFound } from "@/lib/errors.ts";
import { lockProject } from "@/lib/project/find.ts";
import { causeOf } from "@/lib/rule/cause.ts";
import type { OperationEvent } from "@/lib/rule/event.ts";
import { fire } from "@/lib/rule/fire.ts";
import { matches } from "@/lib/rule/match.ts";
import { whenOf } from "@/lib/rule/rule.ts";
import type { Operation, Trigger } from "@/lib/rule/schema.ts";
import { viewTrigger } from "@/lib/rule/trigger.ts";
import { findTask } from "@/lib/task/find.ts";

/** What became of each operation, in the order they were posted: what every rule that is about it did. */
export async function postOperations(
  tx: Tx,
  { projectId, operations }: { projectId: string; operations: readonly Operation[] },
  actor: Actor,
): Promise<{ items: { id: string; triggers: Trigger[] }[] }> {
  const project = await lockProject(tx, projectId);
  const rows = await tx.rule.findMany({ where: { projectId: project.id, isEnabled: true }, orderBy: { id: "asc" } });
  const rules = rows.map((row) => ({ row, when: whenOf(row) })).filter(({ when }) => when.source === "operations");
  const items: { id: string; triggers: Trigger[] }[] = [];
  for (const operation of operations) {
    const event = eventOf(operation, actor);
    const about = rules.filter(({ when }) => matches(when, event));
    const cause = await causeOf(tx, await causeIn(tx, { projectId: project.id, operation, actor }));
    const triggers: Trigger[] = [];
    for (const { row } of about) {
      const { id } = await fire(tx, { rule: row, event, cause, eventKey: operation.id });
      triggers.push(await viewTrigger(tx, id));
    }
    items.push({ id: operation.id, triggers });
  }
  return { items };
}

const eventOf = ({ id, document, type, input }: Operation, actor: Actor): OperationEvent => ({
  ...{ source: "operations", id, document, type, input },
  ...(actor.type === "session" ? { isOfSession: true } : {}),
});

interface Posted {
  projectId: string;
  operation: Operation;
  actor: Actor;
}

/** A session cannot say that it was somebody else. */
async function causeIn(tx: Tx, { projectId, operation, actor }: Posted): Promise<string | null> {
  if (actor.type === "session")
    return (await tx.session.findUniqueOrThrow({ where: { id: actor.id }, select: { taskId: true } })).taskId;
  if (operation.causedBy === undefined) return null;
  const task = await findTask(tx, operation.causedBy);
  if (task.projectId !== projectId) throw notFound("task", operation.causedBy);
  return task.id;
}
