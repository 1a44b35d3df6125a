import type { Actor } from "@/lib/actor.ts";
import { readConfig } from "@/lib/config/config.ts";
import type { Tx } from "@/lib/db.ts";
import { lockStreams, record } from "@/lib/journal.ts";
import { unqueueAll } from "@/lib/project/autonomy.ts";
import { findProject } from "@/lib/project/find.ts";
import { explain, gatherFacts } from "@/lib/task/explain.ts";
import { keyOf } from "@/lib/task/find.ts";
import { estimateStart, type QueuePace, readPace } from "@/lib/task/queue-estimate.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { blockersOf } from "@/lib/task/view.ts";

interface QueueFilter {
  type?: TaskType | undefined;
  projectId?: string | undefined;
}

const shownFields = {
  ...{
    id: true,
    projectId: true,
    number: true,
    title: true,
    type: true,
    status: true,
    priority: true,
    resources: true,
  },
  ...{ queuedBy: true, queuedAt: true, requestedBy: true, availableAt: true, isForced: true, openDependencies: true },
  project: { select: { key: true } },
} as const;

/** What waits, in the one order the claim goes by, and why each waits. */
export async function queueStatus(tx: Tx, filter: QueueFilter) {
  const project = filter.projectId ? await findProject(tx, filter.projectId) : null;
  const where = {
    status: "QUEUED",
    ...(project ? { projectId: project.id } : {}),
    ...(filter.type ? { type: filter.type } : {}),
  };
  const rows = await tx.task.findMany({
    where,
    select: shownFields,
    orderBy: [{ availableAt: { sort: "asc", nulls: "first" } }, { queueRank: "asc" }, { id: "asc" }],
    take: 1000,
  });
  const facts = await gatherFacts(tx, rows);
  const blockers = await blockersOf(
    tx,
    rows.filter((row) => row.openDependencies > 0).map(({ id }) => id),
  );
  const pace = await readPace(tx);
  const now = new Date();
  const pauses = await tx.agentPause.findMany({ where: { until: { gt: now } }, orderBy: { agent: "asc" } });
  const { priorityAgeingSeconds, maxQueueSize } = await readConfig(tx);
  const { _count: depth, _min: oldest } = await tx.task.aggregate({ where, _count: true, _min: { queuedAt: true } });
  return {
    items: rows.map((row) => ({
      taskId: row.id,
      key: keyOf(row),
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
    running: facts.running,
    capacity: facts.capacity,
    oldestQueuedAt: oldest.queuedAt?.toISOString() ?? null,
    pauses: pauses.map(({ until, ...pause }) => ({ ...pause, until: until.toISOString() })),
    policy: { order: "time queued − priority × priorityAgeingSeconds, then id", priorityAgeingSeconds, maxQueueSize },
  };
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
