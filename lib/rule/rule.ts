import { v7 as uuid } from "uuid";
import { type Actor, actorSchema } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import type { Prisma, Project as ProjectRow, Rule as RuleRow } from "@/lib/generated/prisma/client.ts";
import { record } from "@/lib/journal.ts";
import { findProject, lockProject } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { checkTemplate } from "@/lib/rule/placeholders.ts";
import {
  type Limits,
  limitsSchema,
  type Rule,
  type RuleTask,
  ruleTaskSchema,
  triggerStatuses,
  type When,
  whenSchema,
} from "@/lib/rule/schema.ts";
import { findDependency } from "@/lib/task/create.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { parseSpec } from "@/lib/task/spec.ts";

const rulesMax = 100;

interface RuleInput {
  name: string;
  isEnabled?: boolean | undefined;
  when: When;
  task: RuleTask;
  limits?: Partial<Limits> | undefined;
  writeBack?: boolean | undefined;
}

/** Throws VALIDATION_FAILED for a taken name, a placeholder its source does not have, and a task that could never be made or run. */
export async function createRule(tx: Tx, projectRef: string, input: RuleInput, actor: Actor): Promise<Rule> {
  const project = await lockProject(tx, projectRef);
  if ((await tx.rule.count({ where: { projectId: project.id } })) >= rulesMax)
    throw new DomainError("VALIDATION_FAILED", `A project has at most ${rulesMax} rules.`);
  await requireFreeName(tx, project.id, input.name);
  check(input.when, input.task, project);
  await requireTasks(tx, project, input.task.dependsOn);
  const row = await tx.rule.create({
    data: {
      ...{ id: uuid(), projectId: project.id, name: input.name, isEnabled: input.isEnabled ?? true },
      ...{ when: asJson(input.when), task: asJson(input.task), limits: asJson(limitsSchema.parse(input.limits ?? {})) },
      ...{ writeBack: input.writeBack ?? false, createdBy: actor },
    },
  });
  tell(tx, row, "created", actor);
  return viewRule(tx, row);
}

type RuleChanges = { [Field in keyof RuleInput]?: RuleInput[Field] | undefined } & { version?: number | undefined };

/** What is left out stays; a stale `version` is VERSION_CONFLICT with the rule as it is. Where it watches something else now, or again, documents count as known as they are. */
export async function updateRule(
  tx: Tx,
  id: string,
  { version, ...changes }: RuleChanges,
  actor: Actor,
): Promise<Rule> {
  const before = await lockRule(tx, id);
  if (version !== undefined && version !== before.version)
    throw new DomainError("VERSION_CONFLICT", "Somebody else changed this rule meanwhile.", {
      current: await viewRule(tx, before),
    });
  const project = await findProject(tx, before.projectId);
  if (changes.name !== undefined && changes.name !== before.name) await requireFreeName(tx, project.id, changes.name);
  const { when, task } = {
    when: changes.when ?? whenOf(before),
    task: changes.task ?? ruleTaskSchema.parse(before.task),
  };
  check(when, task, project);
  if (changes.task !== undefined) await requireTasks(tx, project, task.dependsOn);
  const isOther = JSON.stringify(when) !== JSON.stringify(whenOf(before));
  if (isOther) await tx.ruleDocument.deleteMany({ where: { ruleId: id } });
  const isAgain = changes.isEnabled === true && !before.isEnabled;
  const row = await tx.rule.update({
    where: { id },
    data: {
      ...{ name: changes.name ?? before.name, isEnabled: changes.isEnabled ?? before.isEnabled },
      ...{ when: asJson(when), task: asJson(task), writeBack: changes.writeBack ?? before.writeBack },
      limits: asJson(limitsSchema.parse({ ...(before.limits as object), ...changes.limits })),
      ...(isOther || isAgain ? { seenAt: null, problem: null } : {}),
      version: { increment: 1 },
    },
  });
  tell(tx, row, "changed", actor);
  return viewRule(tx, row);
}

/** Its tasks stay; what it held is dropped with it. */
export async function deleteRule(tx: Tx, id: string, actor: Actor): Promise<{ id: string; name: string }> {
  const row = await lockRule(tx, id);
  await tx.rule.delete({ where: { id } });
  tell(tx, row, "deleted", actor);
  return { id, name: row.name };
}

export async function listRules(tx: Tx, projectRef: string): Promise<{ items: Rule[]; nextCursor: null }> {
  const { id } = await findProject(tx, projectRef);
  const rows = await tx.rule.findMany({ where: { projectId: id }, orderBy: { id: "asc" } });
  return { items: await viewRules(tx, rows), nextCursor: null };
}

export const getRule = async (tx: Tx, id: string): Promise<Rule> => viewRule(tx, await findRule(tx, id));

export async function findRule(tx: Tx, id: string): Promise<RuleRow> {
  const row = await tx.rule.findUnique({ where: { id } });
  if (row === null) throw notFound("rule", id);
  return row;
}

async function lockRule(tx: Tx, id: string): Promise<RuleRow> {
  const { projectId } = await findRule(tx, id);
  await lockProject(tx, projectId);
  return findRule(tx, id);
}

export const whenOf = ({ when }: Pick<RuleRow, "when">): When => whenSchema.parse(when);

async function requireFreeName(tx: Tx, projectId: string, name: string): Promise<void> {
  if ((await tx.rule.count({ where: { projectId, name } })) === 0) return;
  const message = `There is a rule ${JSON.stringify(name)} already.`;
  throw new DomainError("VALIDATION_FAILED", message, { issues: [{ path: "name", message }] });
}

/** What can be known before anything happens. A draft may be without a spec. */
function check(when: When, task: RuleTask, project: { settings: unknown }): void {
  checkTemplate(when, task);
  const { defaultTaskType } = projectSettingsSchema.parse(project.settings);
  if (task.status !== "DRAFT" || task.spec !== undefined) checkSpec(task.type ?? defaultTaskType, task.spec ?? {});
}

/** Issues are about the fields of a rule, of which the task is one. */
function checkSpec(type: TaskType, spec: object): void {
  try {
    parseSpec(type, spec, "The rule's task");
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    const issues = (thrown.details.issues ?? []) as { path: string; message: string }[];
    throw new DomainError(thrown.code, thrown.message, {
      issues: issues.map(({ path, message }) => ({ path: `task.${path}`, message })),
    });
  }
}

/** What its tasks wait for is there now; where a placeholder names it, nobody knows yet. */
async function requireTasks(tx: Tx, project: ProjectRow, refs: readonly string[] = []): Promise<void> {
  for (const [at, ref] of refs.entries()) {
    if (ref.includes("{{")) continue;
    await findDependency(tx, project, ref).catch((thrown: unknown) => {
      if (!(thrown instanceof DomainError)) throw thrown;
      const issue = { path: `task.dependsOn.${at}`, message: thrown.message };
      throw new DomainError("VALIDATION_FAILED", thrown.message, { issues: [issue] });
    });
  }
}

function tell(tx: Tx, row: RuleRow, what: "created" | "changed" | "deleted", actor: Actor): void {
  record(tx, {
    ...{ streamId: row.projectId, type: "RULE_CHANGED", entityType: "rule", entityId: row.id, actor },
    payload: { name: row.name, what, isEnabled: row.isEnabled },
  });
}

async function viewRule(tx: Tx, row: RuleRow): Promise<Rule> {
  const [rule] = await viewRules(tx, [row]);
  return rule!;
}

async function viewRules(tx: Tx, rows: readonly RuleRow[]): Promise<Rule[]> {
  const groups = await tx.trigger.groupBy({
    by: ["ruleId", "status"],
    where: { ruleId: { in: rows.map(({ id }) => id) } },
    _count: true,
  });
  return rows.map((row) => {
    const countOf = (status: string) =>
      groups.find((group) => group.ruleId === row.id && group.status === status)?._count ?? 0;
    const [CREATED, HELD, SKIPPED] = triggerStatuses.map(countOf) as [number, number, number];
    return viewOf(row, { CREATED, HELD, SKIPPED });
  });
}

const viewOf = (row: RuleRow, counts: Rule["counts"]): Rule => ({
  ...{ id: row.id, projectId: row.projectId, name: row.name, isEnabled: row.isEnabled, when: whenOf(row) },
  ...{ task: ruleTaskSchema.parse(row.task), limits: limitsSchema.parse(row.limits), writeBack: row.writeBack },
  ...{ seenAt: row.seenAt?.toISOString() ?? null, problem: row.problem, counts },
  ...{ version: row.version, createdBy: actorSchema.parse(row.createdBy) },
  ...{ createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() },
});

const asJson = (value: object) => value as Prisma.InputJsonValue;
