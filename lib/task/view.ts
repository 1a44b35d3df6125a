import { actorSchema } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { append } from "@/lib/task/append.ts";
import { type Blocker, explain, type Facts, gatherFacts } from "@/lib/task/explain.ts";
import { keyOf, type TaskRow } from "@/lib/task/find.ts";
import type { Task } from "@/lib/task/schema.ts";

/** A task's neighbours and its live session. */
interface Links {
  id: string;
  dependsOn: Blocker[];
  blocks: string[];
  session: Task["session"];
}

/** Tasks as the API gives them: with their neighbours, the live session and the first reason why they wait. */
export async function viewTasks(tx: Tx, rows: readonly TaskRow[]): Promise<Task[]> {
  if (rows.length === 0) return [];
  const links = await gatherLinks(tx, rows);
  const facts = await gatherFacts(tx, rows);
  return rows.map((row) => viewOf(row, links.get(row.id)!, facts));
}

export async function viewTask(tx: Tx, row: TaskRow): Promise<Task> {
  const [task] = await viewTasks(tx, [row]);
  return task!;
}

/** The dependencies of each task that are not satisfied, in the order of their numbers. */
export async function blockersOf(tx: Tx, taskIds: string[]): Promise<Map<string, Blocker[]>> {
  const all = await dependenciesOf(tx, taskIds);
  return new Map([...all].map(([id, blockers]) => [id, blockers.filter(({ status }) => status !== "COMPLETED")]));
}

/** The same of one task. */
export async function openBlockers(tx: Tx, taskId: string): Promise<Blocker[]> {
  return (await blockersOf(tx, [taskId])).get(taskId) ?? [];
}

async function gatherLinks(tx: Tx, rows: readonly TaskRow[]): Promise<Map<string, Links>> {
  const ids = rows.map(({ id }) => id);
  const links = await tx.$queryRaw<Links[]>`
    SELECT x.id,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'key', p.key || '-' || t.number, 'status', t.status) ORDER BY t.number), '[]')
        FROM "Dependency" d JOIN "Task" t ON t.id = d."dependsOnId" JOIN "Project" p ON p.id = t."projectId"
        WHERE d."taskId" = x.id) AS "dependsOn",
      (SELECT coalesce(jsonb_agg(t.id ORDER BY t.number), '[]') FROM "Dependency" d JOIN "Task" t ON t.id = d."taskId"
        WHERE d."dependsOnId" = x.id AND t.status NOT IN ('COMPLETED', 'CANCELLED')) AS blocks,
      (SELECT jsonb_build_object('id', s.id, 'attempt', s.attempt, 'status', s.status, 'startedAt', s."startedAt",
          'agent', s.agent, 'type', s.type, 'liveLine', s."liveLine", 'costUsd', s."costUsd", 'openQuestions', CASE WHEN s.agent = 'cli' THEN 0
            ELSE (SELECT count(*) FROM "Question" q WHERE q."sessionId" = s.id AND q."answeredAt" IS NULL) END)
        FROM "Session" s WHERE s."taskId" = x.id AND s.status IN ('STARTING', 'RUNNING')) AS session
    FROM unnest(${ids}::uuid[]) AS x(id)`;
  return new Map(links.map((one) => [one.id, one]));
}

async function dependenciesOf(tx: Tx, ids: string[]): Promise<Map<string, Blocker[]>> {
  if (ids.length === 0) return new Map();
  const edges = await tx.$queryRaw<(Blocker & { taskId: string })[]>`
    SELECT d."taskId", t.id, p.key || '-' || t.number AS key, t.status FROM "Dependency" d
    JOIN "Task" t ON t.id = d."dependsOnId" JOIN "Project" p ON p.id = t."projectId"
    WHERE d."taskId" = ANY (${ids}::uuid[]) ORDER BY t.number`;
  const map = new Map<string, Blocker[]>();
  for (const { taskId, ...blocker } of edges) append(map, taskId, blocker);
  return map;
}

/** One literal with every field: an object that is spread and added to becomes a hash table, at several times the work and garbage. */
function viewOf(row: TaskRow, { dependsOn, blocks, session }: Links, facts: Facts): Task {
  const blockers = dependsOn.filter((blocker) => blocker.status !== "COMPLETED");
  return {
    id: row.id,
    key: keyOf(row),
    projectId: row.projectId,
    number: row.number,
    title: row.title,
    description: row.description,
    type: row.type as Task["type"],
    spec: row.spec as Task["spec"],
    status: row.status as Task["status"],
    statusReason: row.statusReason,
    statusSince: row.statusSince.toISOString(),
    priority: row.priority,
    tags: row.tags,
    area: row.area,
    assignee: row.assignee,
    deadline: row.deadline?.toISOString() ?? null,
    parentId: row.parentId,
    position: row.position,
    version: row.version,
    generation: row.generation,
    attempts: row.attempts,
    failures: row.failures,
    losses: row.losses,
    maxAttempts: row.maxAttempts,
    timeoutSeconds: row.timeoutSeconds,
    queuedBy: row.queuedBy,
    queuedAt: row.queuedAt?.toISOString() ?? null,
    isForced: row.isForced,
    availableAt: row.availableAt?.toISOString() ?? null,
    lastError: row.lastError,
    feedback: row.feedback,
    result: row.result,
    resultBranch: row.resultBranch,
    resultCommit: row.resultCommit,
    resources: row.resources as Task["resources"],
    retryPolicy: row.retryPolicy as Task["retryPolicy"],
    waitingSince: row.waitingSince?.toISOString() ?? null,
    monitoredAt: row.monitoredAt?.toISOString() ?? null,
    metadata: row.metadata as Task["metadata"],
    createdBy: actorSchema.parse(row.createdBy),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    dependsOn: dependsOn.map(({ id }) => id),
    blockedBy: blockers.map(({ id }) => id),
    blocks,
    session: session && { ...session, startedAt: new Date(session.startedAt).toISOString() },
    queuePosition: facts.positions.get(row.id) ?? null,
    why: explain(row, blockers, facts)[0] ?? null,
  };
}
