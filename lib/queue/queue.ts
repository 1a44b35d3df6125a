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

interface QueuedRow extends ExplainedTask {
  key: string;
  title: string;
  priority: number;
  queuedAt: Date | null;
  openDependencies: number;
}

/** What waits, in the one order the claim goes by, and why each waits. */
export async function queueStatus(tx: Tx, filter: QueueFilter) {
  const project = filter.projectId ? await findProject(tx, filter.projectId) : null;
  const conditions = [Prisma.sql`t.status = 'QUEUED'`];
  if (project) conditions.push(Prisma.sql`t."projectId" = ${project.id}::uuid`);
  if (filter.type) conditions.push(Prisma.sql`t.type = ${filter.type}`);
  const where = Prisma.join(conditions, " AND ");
  const rows = await tx.$queryRaw<QueuedRow[]>`
    SELECT t.id, t."projectId", p.key || '-' || t.number AS key, t.title, t.type, t.status, t.priority, t.resources, t."queuedBy",
      t."queuedAt", t."requestedBy", t."availableAt", t."isForced", t."openDependencies"
    FROM "Task" t JOIN "Project" p ON p.id = t."projectId" WHERE ${where}
    ORDER BY t."availableAt" NULLS FIRST, t."queueRank", t.id LIMIT 1000`;
  const facts = await gatherFacts(tx, rows);
  const blockers = await blockersOf(
    tx,
    rows.filter((row) => row.openDependencies > 0).map(({ id }) => id),
  );
  const pace = await readPace(tx);
  const now = new Date();
  const { depth, oldest, running, capacity, pauses } = await readTotals(tx, where);
  const { priorityAgeingSeconds, maxQueueSize } = await readConfig(tx);
  return {
    items: rows.map((row) => ({
      taskId: row.id,
      key: row.key,
      title: row.title,
      projectId: row.projectId,
      type: row.type as TaskType,
      priority: row.priority,
      queuedBy: row.queuedBy,
      queuedAt: row.queuedAt?.toISOString() ?? null,
      availableAt: row.availableAt?.toISOString() ?? null,
      position: facts.positions.get(row.id) ?? null,
      estimatedStart: startOf(facts.positions.get(row.id), pace, now),
      why: explain(row, blockers.get(row.id) ?? [], facts)[0] ?? null,
    })),
    depth,
    running,
    capacity,
    oldestQueuedAt: oldest?.toISOString() ?? null,
    pauses: pauses.map(({ until, ...pause }) => ({ ...pause, until: new Date(until).toISOString() })),
    policy: { order: "time queued − priority × priorityAgeingSeconds, then id", priorityAgeingSeconds, maxQueueSize },
  };
}

interface QueueTotals {
  depth: number;
  oldest: Date | null;
  running: number;
  /** Slots of all orchestrators, also of those that claim nothing now. */
  capacity: number;
  pauses: { agent: string; until: string; reason: string }[];
}

async function readTotals(tx: Tx, where: Prisma.Sql): Promise<QueueTotals> {
  const [totals] = await tx.$queryRaw<[QueueTotals]>`
    SELECT q.depth, q.oldest,
      (SELECT count(*)::int FROM "Session" WHERE status IN ('STARTING', 'RUNNING')) AS running,
      (SELECT coalesce(sum("maxConcurrent"), 0)::int FROM "Worker"
        WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp()) AS capacity,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('agent', a.agent, 'until', a.until, 'reason', a.reason) ORDER BY a.agent), '[]')
        FROM "AgentPause" a WHERE a.until > clock_timestamp()) AS pauses
    FROM (SELECT count(*)::int AS depth, min(t."queuedAt") AS oldest FROM "Task" t WHERE ${where}) q`;
  return totals;
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
