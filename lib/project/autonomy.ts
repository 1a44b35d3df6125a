import { type Actor, system } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { record } from "@/lib/journal.ts";
import { findProject, lockProject, type ProjectRow } from "@/lib/project/find.ts";
import { viewProject } from "@/lib/project/project.ts";
import { cancel, roomInQueue } from "@/lib/task/moves.ts";
import { transitionAll } from "@/lib/task/transition.ts";

/**
 * Turns autonomous mode on or off. It decides who queues, nothing else: off returns what the system queued to APPROVED,
 * running sessions finish, what a person queued still runs. Doing it twice changes nothing and records nothing.
 */
export async function setAutonomousExecution(tx: Tx, ref: string, options: { isEnabled: boolean; actor: Actor }) {
  const project = await lockProject(tx, ref);
  if (project.autonomousExecutionEnabled !== options.isEnabled) {
    await tx.project.update({
      where: { id: project.id },
      data: { autonomousExecutionEnabled: options.isEnabled, version: { increment: 1 } },
    });
    const returnedTaskIds = options.isEnabled
      ? []
      : await unqueueAll(tx, { projectId: project.id, queuedBy: "system" }, "AUTONOMOUS_OFF");
    record(tx, {
      streamId: project.id,
      type: "AUTONOMOUS_MODE_CHANGED",
      entityType: "project",
      entityId: project.id,
      actor: options.actor,
      payload: { enabled: options.isEnabled, returnedTaskIds },
    });
  }
  return viewProject(tx, await findProject(tx, project.id));
}

/** Queues, for a person, everything that is approved and unblocked now, as far as the queue has room. */
export async function startProcessing(tx: Tx, ref: string, actor: Actor): Promise<{ queued: string[] }> {
  const project = await lockProject(tx, ref);
  const processable = await tx.task.findMany({
    where: { projectId: project.id, status: "APPROVED", openDependencies: 0 },
    orderBy: [{ priority: "desc" }, { number: "asc" }],
    take: await roomInQueue(tx),
    select: { id: true },
  });
  const queued = processable.map(({ id }) => id);
  await transitionAll(tx, queued, "queue", { actor, reason: "START_PROCESSING" });
  return { queued };
}

/** Archives a project: nothing of it runs or waits any more; its journal stays. */
export async function archiveProject(tx: Tx, ref: string, actor: Actor) {
  const project: ProjectRow = await lockProject(tx, ref);
  const busy = await tx.task.findMany({
    where: { projectId: project.id, status: { in: ["RUNNING", "VALIDATING"] } },
    select: { id: true },
  });
  for (const { id } of busy) await cancel(tx, id, actor);
  await unqueueAll(tx, { projectId: project.id }, "PROJECT_ARCHIVED");
  await tx.project.update({
    where: { id: project.id },
    data: { archivedAt: new Date(), autonomousExecutionEnabled: false, version: { increment: 1 } },
  });
  record(tx, {
    streamId: project.id,
    type: "PROJECT_ARCHIVED",
    entityType: "project",
    entityId: project.id,
    actor,
    payload: { key: project.key },
  });
  return viewProject(tx, await findProject(tx, project.id));
}

/** Takes queued tasks back to APPROVED; the ids in queue order. The projects' locks are held. */
export async function unqueueAll(
  tx: Tx,
  where: { projectId: string; queuedBy?: string; type?: string },
  reason: string,
): Promise<string[]> {
  const queued = await tx.task.findMany({
    where: { status: "QUEUED", ...where },
    orderBy: [{ queueRank: "asc" }, { id: "asc" }],
    select: { id: true },
  });
  const ids = queued.map(({ id }) => id);
  await transitionAll(tx, ids, "unqueue", { actor: system, reason });
  return ids;
}
