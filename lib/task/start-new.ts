import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { findProject } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { createTask, type NewTask } from "@/lib/task/create.ts";
import { keyOf } from "@/lib/task/find.ts";
import { approve, start } from "@/lib/task/moves.ts";
import { isEmptySpec } from "@/lib/task/spec.ts";
import { specFromTitle } from "@/lib/task/spec-from-title.ts";
import { openBlockers, viewTask } from "@/lib/task/view.ts";

/** Create, approve, queue in one transaction. Without a spec the title says what to run (lib/task/spec.ts). */
export async function createAndStart(
  tx: Tx,
  input: Omit<NewTask, "ref" | "status"> & { projectId?: string | undefined },
  actor: Actor,
) {
  const { projectId, ...fields } = input;
  const project = projectId ? await findProject(tx, projectId) : await onlyProject(tx);
  const type = fields.type ?? projectSettingsSchema.parse(project.settings).defaultTaskType;
  const spec = isEmptySpec(fields.spec) ? specFromTitle(type, fields.title) : fields.spec;
  const created = await createTask(tx, project.id, { ...fields, type, spec }, actor);
  const blockers = await openBlockers(tx, created.id);
  if (blockers.length > 0) {
    const task = await viewTask(tx, await approve(tx, created.id, actor));
    return {
      task,
      launched: false,
      message: `${task.key} is approved and waits for ${blockers.map(({ key }) => key).join(", ")}.`,
    };
  }
  const started = await start(tx, created.id, { actor });
  const task = await viewTask(tx, started.task);
  return { task, launched: true, message: `${keyOf(created)} is queued and starts as soon as a slot is free.` };
}

/** Without a project named, the only one is meant; among several, the one used last. */
async function onlyProject(tx: Tx) {
  const latest = await tx.project.findFirst({ where: { archivedAt: null }, orderBy: { updatedAt: "desc" } });
  if (latest === null)
    throw new DomainError("NOT_FOUND", "There is no project yet. Create one first.", { what: "project" });
  return latest;
}
