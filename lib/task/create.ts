import { v7 as uuid } from "uuid";
import type { z } from "zod";
import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import { Prisma } from "@/lib/generated/prisma/client.ts";
import { record } from "@/lib/journal.ts";
import { lockProject, type ProjectRow } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { storableJson } from "@/lib/storable.ts";
import { append } from "@/lib/task/append.ts";
import type { taskContract } from "@/lib/task/contract.ts";
import { findTask, type TaskRow } from "@/lib/task/find.ts";
import { findTasks, type NamedTask } from "@/lib/task/find-many.ts";
import { admitted } from "@/lib/task/from-session.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { isEmptySpec, parseSpec } from "@/lib/task/spec.ts";

type InputOf<Operation extends { "~orpc": { inputSchema?: z.ZodType } }> = z.output<
  NonNullable<Operation["~orpc"]["inputSchema"]>
>;
type BatchInput = InputOf<typeof taskContract.createBatch>;
export type NewTask = BatchInput["tasks"][number];

/** Creates one task. `dependsOn` names tasks of the same project by id or key. */
export async function createTask(tx: Tx, projectRef: string, task: NewTask, actor: Actor): Promise<TaskRow> {
  const [created] = await createBatch(tx, projectRef, [task], actor);
  return findTask(tx, created!.id);
}

/** Creates tasks and their dependencies, all or nothing. Costs a handful of statements however many there are. */
export async function createBatch(tx: Tx, projectRef: string, given: readonly NewTask[], actor: Actor) {
  return createIn(tx, await lockProject(tx, projectRef), given, actor);
}

/** The same in a project whose lock is held. */
export async function createIn(tx: Tx, project: ProjectRow, given: readonly NewTask[], actor: Actor) {
  const tasks = await admitted(tx, project, given, actor);
  const first = await takeNumbers(tx, project.id, tasks.length);
  const planned = tasks.map((task, index) => ({ task, id: uuid(), number: first + index }));
  const edges = await resolveEdges(tx, project, planned);
  await requireParents(tx, project.id, [...new Set(tasks.flatMap(({ parentId }) => parentId ?? []))]);
  refuseCycleOfNew(planned, edges);
  const open = countOpen(edges);
  await insert(
    tx,
    "Task",
    planned.map((plan) => taskData(plan, project, open.get(plan.id) ?? 0, actor)),
  );
  await insert(
    tx,
    "Dependency",
    edges.map(({ taskId, dependsOn }) => ({ taskId, dependsOnId: dependsOn.id, projectId: project.id })),
  );
  for (const { id, number, task } of planned) {
    record(tx, {
      streamId: project.id,
      type: "TASK_CREATED",
      entityType: "task",
      entityId: id,
      actor,
      payload: { key: `${project.key}-${number}`, title: task.title, status: task.status ?? "DRAFT" },
    });
  }
  return planned.map(({ id, number, task }) => ({ ref: task.ref ?? null, id, key: `${project.key}-${number}` }));
}

async function takeNumbers(tx: Tx, projectId: string, count: number): Promise<number> {
  const [{ last }] = await tx.$queryRaw<[{ last: number }]>`
    UPDATE "Project" SET "lastTaskNumber" = "lastTaskNumber" + ${count}, "updatedAt" = now()
    WHERE id = ${projectId}::uuid RETURNING "lastTaskNumber" AS last`;
  return last - count + 1;
}

/** Rows of the same fields, however many: one statement with one plan. `createMany` is compiled anew every time. */
async function insert(tx: Tx, table: "Task" | "Dependency", rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const into = Prisma.raw(`"${table}"`);
  const fields = Prisma.raw(
    Object.keys(first)
      .map((name) => `"${name}"`)
      .join(),
  );
  await tx.$executeRaw`INSERT INTO ${into} (${fields})
    SELECT ${fields} FROM jsonb_populate_recordset(NULL::${into}, ${storableJson(rows)}::jsonb)`;
}

interface Plan {
  task: NewTask;
  id: string;
  number: number;
}

interface Edge {
  taskId: string;
  dependsOn: { id: string; status: string };
}

async function resolveEdges(tx: Tx, project: ProjectRow, planned: readonly Plan[]): Promise<Edge[]> {
  const byRef = new Map<string, string>();
  for (const { task, id } of planned) {
    if (task.ref === undefined) continue;
    if (byRef.has(task.ref))
      throw new DomainError("VALIDATION_FAILED", `The ref "${task.ref}" is used twice.`, { ref: task.ref });
    byRef.set(task.ref, id);
  }
  const outside = planned.flatMap(({ task }) => (task.dependsOn ?? []).filter((name) => !byRef.has(name)));
  const known = await findTasks(tx, outside);
  const edges = new Map<string, Edge>();
  for (const { task, id } of planned) {
    for (const name of task.dependsOn ?? []) {
      const local = byRef.get(name);
      const dependsOn = local ? { id: local, status: "DRAFT" } : dependencyIn(project, name, known.get(name));
      edges.set(`${id} ${dependsOn.id}`, { taskId: id, dependsOn });
    }
  }
  return [...edges.values()];
}

/** Throws NOT_FOUND, or DEPENDENCY_OTHER_PROJECT. */
export async function findDependency(tx: Tx, project: ProjectRow, ref: string): Promise<NamedTask> {
  return dependencyIn(project, ref, (await findTasks(tx, [ref])).get(ref));
}

function dependencyIn(project: ProjectRow, ref: string, task: NamedTask | undefined): NamedTask {
  if (task === undefined) throw notFound("task", ref);
  if (task.projectId === project.id) return task;
  throw new DomainError("DEPENDENCY_OTHER_PROJECT", `${ref} belongs to another project than ${project.key}.`, {
    dependsOn: ref,
  });
}

/** A parent is a task of the same project. */
export async function requireParent(tx: Tx, projectId: string, parentId: string | null): Promise<void> {
  if (parentId !== null) await requireParents(tx, projectId, [parentId]);
}

async function requireParents(tx: Tx, projectId: string, parentIds: string[]): Promise<void> {
  if (parentIds.length === 0) return;
  const [row] = await tx.$queryRaw<[{ areThere: boolean }]>`
    SELECT NOT EXISTS (SELECT FROM unnest(${parentIds}::uuid[]) AS parent(id) WHERE NOT EXISTS (
      SELECT FROM "Task" t WHERE t.id = parent.id AND t."projectId" = ${projectId}::uuid)) AS "areThere"`;
  if (row.areThere) return;
  throw new DomainError("VALIDATION_FAILED", "parentId: there is no such task in this project.", {
    issues: [{ path: "parentId", message: "No task of this project" }],
  });
}

/** New tasks can only be in a cycle with each other: nothing that exists depends on them yet. */
function refuseCycleOfNew(planned: readonly Plan[], edges: readonly Edge[]): void {
  const nameOf = new Map(planned.map(({ id, task }) => [id, task.ref ?? task.title]));
  const waitsFor = new Map<string, string[]>();
  const dependents = new Map<string, string[]>();
  for (const { taskId, dependsOn } of edges) {
    if (!nameOf.has(dependsOn.id)) continue;
    append(waitsFor, taskId, dependsOn.id);
    append(dependents, dependsOn.id, taskId);
  }
  const open = new Map(planned.map(({ id }) => [id, waitsFor.get(id)?.length ?? 0]));
  const free = planned.filter(({ id }) => open.get(id) === 0).map(({ id }) => id);
  for (let index = 0; index < free.length; index++) {
    for (const dependent of dependents.get(free[index]!) ?? []) {
      const left = open.get(dependent)! - 1;
      open.set(dependent, left);
      if (left === 0) free.push(dependent);
    }
  }
  if (free.length === planned.length) return;
  const path = walkCycle(planned.find(({ id }) => open.get(id)! > 0)!.id, waitsFor, open).map((id) => nameOf.get(id)!);
  throw new DomainError("DEPENDENCY_CYCLE", `These tasks would wait for each other: ${path.join(" → ")}.`, { path });
}

function walkCycle(start: string, waitsFor: Map<string, string[]>, open: Map<string, number>): string[] {
  const path = [start];
  for (;;) {
    const next = waitsFor.get(path.at(-1)!)!.find((id) => open.get(id)! > 0)!;
    const seen = path.indexOf(next);
    if (seen >= 0) return [...path.slice(seen), next];
    path.push(next);
  }
}

function countOpen(edges: readonly Edge[]): Map<string, number> {
  const open = new Map<string, number>();
  for (const { taskId, dependsOn } of edges) {
    if (dependsOn.status !== "COMPLETED") open.set(taskId, (open.get(taskId) ?? 0) + 1);
  }
  return open;
}

/** A row of the table. */
function taskData({ task, id, number }: Plan, project: ProjectRow, openDependencies: number, actor: Actor) {
  const settings = projectSettingsSchema.parse(project.settings);
  const type: TaskType = task.type ?? settings.defaultTaskType;
  const status = task.status ?? "DRAFT";
  const isRunnable = status !== "DRAFT" || !isEmptySpec(task.spec);
  return {
    id,
    projectId: project.id,
    number,
    title: task.title,
    description: task.description ?? "",
    type,
    spec: isRunnable ? parseSpec(type, task.spec ?? {}, `"${task.title}"`) : {},
    status,
    priority: task.priority ?? 2,
    tags: task.tags ?? [],
    area: task.area ?? null,
    assignee: task.assignee ?? null,
    deadline: task.deadline ?? null,
    parentId: task.parentId ?? null,
    position: number,
    maxAttempts: task.maxAttempts ?? settings.defaultMaxAttempts ?? env.TASK_RETRY_ATTEMPTS,
    timeoutSeconds: task.timeoutSeconds ?? settings.defaultTimeoutSeconds ?? defaultTimeoutSeconds(type),
    resources: task.resources ?? {},
    retryPolicy: task.retryPolicy ?? null,
    metadata: task.metadata ?? {},
    createdBy: actor,
    openDependencies,
  };
}

/** How long an attempt may take where neither the card nor its project says. */
export const defaultTimeoutSeconds = (type: TaskType): number =>
  type === "cli" ? Math.ceil(env.TASK_TIMEOUT_MS / 1000) : 3600;
