import { v7 as uuid } from "uuid";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { Prisma, Rule as RuleRow, Trigger as TriggerRow } from "@/lib/generated/prisma/client.ts";
import { attempt, record } from "@/lib/journal.ts";
import { findProject } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { ruleActor } from "@/lib/rule/actor.ts";
import { type Hindrance, openTaskBefore, rateReached, refusalOf } from "@/lib/rule/admit.ts";
import type { Cause } from "@/lib/rule/cause.ts";
import { type RuleEvent, subjectOf, whatOf } from "@/lib/rule/event.ts";
import { taskFor } from "@/lib/rule/fill-task.ts";
import { limitsSchema, ruleTaskSchema, type TriggerReason } from "@/lib/rule/schema.ts";
import { createTask } from "@/lib/task/create.ts";

/** More than so many wait for room: the rest is told, and left. */
export const heldMax = 1000;

interface Firing {
  rule: RuleRow;
  event: RuleEvent;
  cause: Cause;
  /** Unique within the rule: what was told before is answered as it was then. */
  eventKey?: string;
}

/**
 * Something happened that a rule is about: its task is created, or held until there is room, or skipped, each with the reason. The
 * caller holds the project's lock, so limits are exact.
 */
export async function fire(tx: Tx, { rule, event, cause, eventKey }: Firing): Promise<TriggerRow> {
  const id = uuid();
  const before = await earlier(tx, { rule, event, eventKey });
  if (before?.status === "CREATED" || before?.status === "SKIPPED") return before;
  if (before !== null && eventKey !== undefined) return before;
  // What waits is about the document as it is now.
  if (before !== null) return tx.trigger.update({ where: { id: before.id }, data: { event: asJson(event) } });
  const refused = refusalOf(rule.id, limitsSchema.parse(rule.limits), cause) ?? (await refuseFlood(tx, rule.id));
  const row = await tx.trigger.create({
    data: {
      ...{ id, projectId: rule.projectId, ruleId: rule.id, subject: subjectOf(event), eventKey: eventKey ?? id },
      ...{ event: asJson(event), depth: cause.depth, causeId: cause.taskId, status: "HELD" },
    },
  });
  return refused === null ? settleTrigger(tx, rule, row) : hinder(tx, rule, row, refused);
}

const asJson = (event: RuleEvent) => event as unknown as Prisma.InputJsonValue;

async function earlier(tx: Tx, { rule, event, eventKey }: Omit<Firing, "cause">): Promise<TriggerRow | null> {
  if (eventKey !== undefined)
    return tx.trigger.findUnique({ where: { ruleId_eventKey: { ruleId: rule.id, eventKey } } });
  return tx.trigger.findFirst({ where: { ruleId: rule.id, subject: subjectOf(event), status: "HELD" } });
}

async function refuseFlood(tx: Tx, ruleId: string): Promise<Hindrance | null> {
  if ((await tx.trigger.count({ where: { ruleId, status: "HELD" } })) < heldMax) return null;
  return { status: "SKIPPED", reason: "RATE", message: `${heldMax} others wait for room already.` };
}

/** Creates the task of a trigger that has none, unless something is in the way. `isForced`: a person said so. */
export async function settleTrigger(tx: Tx, rule: RuleRow, row: TriggerRow, isForced = false): Promise<TriggerRow> {
  const hindrance = isForced ? null : await hindranceOf(tx, rule, row);
  if (hindrance !== null) return isSame(row, hindrance) ? row : hinder(tx, rule, row, hindrance);
  try {
    const task = taskFor(ruleTaskSchema.parse(rule.task), eventOf(row));
    const isDraft = !isForced && (await isForApproval(tx, row));
    const { id } = await attempt(tx, () =>
      createTask(tx, rule.projectId, isDraft ? { ...task, status: "DRAFT" } : task, ruleActor(rule)),
    );
    const data = { status: "CREATED", taskId: id, reason: null, message: null, heldUntil: null };
    await tx.$executeRaw`UPDATE "Trigger" SET "firedAt" = clock_timestamp() WHERE id = ${row.id}::uuid`;
    return tell(tx, rule, await tx.trigger.update({ where: { id: row.id }, data }));
  } catch (thrown) {
    if (!(thrown instanceof DomainError) || isForced) throw thrown;
    return hinder(tx, rule, row, { status: "SKIPPED", reason: "REFUSED", message: thrown.message });
  }
}

const eventOf = ({ event }: TriggerRow): RuleEvent => event as unknown as RuleEvent;

/** What a session adds to the board by way of a rule is as if it had added it itself. */
async function isForApproval(tx: Tx, row: TriggerRow): Promise<boolean> {
  const event = eventOf(row);
  if (event.source !== "operations" || !event.isOfSession) return false;
  const { settings } = await findProject(tx, row.projectId);
  return projectSettingsSchema.parse(settings).sessionTasks === "draft";
}

async function hindranceOf(tx: Tx, rule: RuleRow, row: TriggerRow): Promise<Hindrance | null> {
  const limits = limitsSchema.parse(rule.limits);
  return (limits.oneAtATime ? await openTaskBefore(tx, row) : null) ?? (await rateReached(tx, rule.id, limits));
}

const isSame = (row: TriggerRow, { status, reason, message, heldUntil }: Hindrance): boolean =>
  row.status === status &&
  row.reason === reason &&
  row.message === message &&
  row.heldUntil?.getTime() === heldUntil?.getTime();

async function hinder(tx: Tx, rule: RuleRow, row: TriggerRow, hindrance: Hindrance): Promise<TriggerRow> {
  const { status, reason, message, heldUntil = null } = hindrance;
  return tell(
    tx,
    rule,
    await tx.trigger.update({ where: { id: row.id }, data: { status, reason, message, heldUntil } }),
  );
}

function tell(tx: Tx, rule: RuleRow, row: TriggerRow): TriggerRow {
  record(tx, {
    streamId: rule.projectId,
    type: "RULE_TRIGGERED",
    entityType: "rule",
    entityId: rule.id,
    actor: ruleActor(rule),
    payload: {
      ...{ name: rule.name, triggerId: row.id, subject: row.subject, what: whatOf(eventOf(row)) },
      ...{ status: row.status as "HELD", reason: row.reason as TriggerReason | null, message: row.message },
      createdTaskId: row.taskId,
    },
  });
  return row;
}
