import type { Actor } from "@/lib/actor.ts";
import { readConfig } from "@/lib/config/config.ts";
import type { Tx } from "@/lib/db.ts";
import { Prisma } from "@/lib/generated/prisma/client.ts";
import { lockStreams, record } from "@/lib/journal.ts";
import { unqueueAll } from "@/lib/project/autonomy.ts";
import { findProject } from "@/lib/project/find.ts";
import { type ExplainedTask, explain, gatherFacts } from "@/lib/task/explain.ts";
import { estimateStart, type QueuePace, readPace } from "@/lib/task/queue-estimate.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { blockersOf } from "@/lib/task/view.ts";

interface QueueFilter {
  type?: TaskType | undefined;
  projectId?: string | undefined;
}

interface QueuedRow extends Omit<ExplainedTask, "availableAt"> {
  key: string;
  title: string;
  priority: number;
  /** Times as they are answered. */
  queuedAt: string | null;
  availableAt: string | null;
  openDependencies: number;
}

/** What waits, in the one order the claim goes by, and why each waits. */
export async function queueStatus(tx: Tx, filter: QueueFilter) {
  const project = filter.projectId ? await findProject(tx, filter.projectId) : null;
  const conditions = [Prisma.sql`t.status = 'QUEUED'`];
  if (project) conditions.push(Prisma.sql`t."projectId" = ${project.id}::uuid`);
  if (filter.type) conditions.push(Prisma.sql`t.type = ${filter.type}`);
  const { rows, depth, oldest, running, capacity, pauses } = await readQueue(tx, Prisma.join(conditions, " AND "));
  const tasks = rows.map((row) => ({
    ...row,
    availableAt: row.availableAt === null ? null : new Date(row.availableAt),
  }));
  const facts = await gatherFacts(tx, tasks);
  const blocked = rows.filter((row) => row.openDependencies > 0);
  const blockers = await blockersOf(
    tx,
    blocked.map(({ id }) => id),
  );
  const pace = await readPace(tx);
  const now = new Date();
  const { priorityAgeingSeconds, maxQueueSize } = await readConfig(tx);
  return {
    items: rows.map((row, at) => ({
      taskId: row.id,
      key: row.key,
      title: row.title,
      projectId: row.projectId,
      type: row.type as TaskType,
      priority: row.priority,
      queuedBy: row.queuedBy,
      queuedAt: row.queuedAt,
      availableAt: row.availableAt,
      position: facts.positions.get(row.id) ?? null,
      estimatedStart: startOf(facts.positions.get(row.id), pace, now),
      why: explain(tasks[at]!, blockers.get(row.id) ?? [], facts)[0] ?? null,
    })),
    depth,
    running,
    capacity,
    oldestQueuedAt: oldest,
    pauses,
    policy: { order: "time queued − priority × priorityAgeingSeconds, then id", priorityAgeingSeconds, maxQueueSize },
  };
}

interface Queue {
  /** The first thousand. */
  rows: QueuedRow[];
  depth: number;
  oldest: string | null;
  running: number;
  /** Slots of all orchestrators, also of those that claim nothing now. */
  capacity: number;
  pauses: { agent: TaskType; until: string; reason: string }[];
}

/** As JSON, which the driver takes whole: column by column a thousand rows cost the web process twice as much. */
async function readQueue(tx: Tx, where: Prisma.Sql): Promise<Queue> {
  const answered = (time: string) => Prisma.raw(`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  const [queue] = await tx.$queryRaw<[Queue]>`
    SELECT coalesce((SELECT json_agg(w) FROM (
        SELECT t.id, t."projectId", p.key || '-' || t.number AS key, t.title, t.type, t.status, t.priority, t.resources, t."queuedBy",
          ${answered('t."queuedAt"')} AS "queuedAt", t."requestedBy", ${answered('t."availableAt"')} AS "availableAt", t."isForced",
          t."openDependencies"
        FROM "Task" t JOIN "Project" p ON p.id = t."projectId" WHERE ${where}
        ORDER BY t."availableAt" NULLS FIRST, t."queueRank", t.id LIMIT 1000) w), '[]') AS rows,
      q.depth, q.oldest,
      (SELECT count(*)::int FROM "Session" WHERE status IN ('STARTING', 'RUNNING')) AS running,
      (SELECT coalesce(sum("maxConcurrent"), 0)::int FROM "Worker"
        WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp()) AS capacity,
      (SELECT coalesce(json_agg(json_build_object('agent', a.agent, 'until', ${answered("a.until")}, 'reason', a.reason)
          ORDER BY a.agent), '[]') FROM "AgentPause" a WHERE a.until > clock_timestamp()) AS pauses
    FROM (SELECT count(*)::int AS depth, ${answered('min(t."queuedAt")')} AS oldest FROM "Task" t WHERE ${where}) q`;
  return queue;
}

const startOf = (position: number | undefined, pace: QueuePace, now: Date): string | null =>
  position === undefined ? null : (estimateStart(position, pace, now)?.toISOString() ?? null);

/** Returns queued tasks to APPROVED. With autonomous mode on they would be queued again at once, so it says whose they were. */
export async function clearQueue(tx: Tx, filter: QueueFilter, actor: Actor): Promise<{ cleared: string[] }> {
  const project = filter.projectId ? await findProject(tx, filter.projectId) : null;
  const projects = project
    ? [project.id]
    : (await tx.project.findMany({ where: { tasks: { some: { status: "QUEUED" } } }, select: { id: true } })).map(
        ({ id }) => id,
      );
  await lockStreams(tx, projects);
  const cleared: string[] = [];
  for (const projectId of projects) {
    const taskIds = await unqueueAll(tx, { projectId, ...(filter.type ? { type: filter.type } : {}) }, "QUEUE_CLEARED");
    if (taskIds.length === 0) continue;
    record(tx, {
      streamId: projectId,
      type: "QUEUE_CLEARED",
      entityType: "queue",
      entityId: projectId,
      actor,
      payload: { taskIds },
    });
    cleared.push(...taskIds);
  }
  return { cleared };
}
