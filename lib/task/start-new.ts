import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { lockProject } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { createIn, type NewTask } from "@/lib/task/create.ts";
import { findTask } from "@/lib/task/find.ts";
import { startLocked } from "@/lib/task/moves.ts";
import { isEmptySpec } from "@/lib/task/spec.ts";
import { specFromTitle } from "@/lib/task/spec-from-title.ts";
import { openBlockers, viewTask } from "@/lib/task/view.ts";

/** Creates it approved and queues it, in one transaction. Without a spec the title says what to run (lib/task/spec.ts). */
export async function createAndStart(
  tx: Tx,
  input: Omit<NewTask, "ref" | "status"> & { projectId?: string | undefined },
  actor: Actor,
) {
  const { projectId, ...fields } = input;
  const project = await lockProject(tx, projectId ?? (await latestProjectId(tx)));
  const type = fields.type ?? projectSettingsSchema.parse(project.settings).defaultTaskType;
  const spec = isEmptySpec(fields.spec) ? specFromTitle(type, fields.title) : fields.spec;
  const [created] = await createIn(tx, project, [{ ...fields, type, spec, status: "APPROVED" }], actor);
  const row = await findTask(tx, created!.id);
  if (row.openDependencies > 0) {
    const [task, blockers] = [await viewTask(tx, row), await openBlockers(tx, row.id)];
    return {
      task,
      launched: false,
      message: `${task.key} is approved and waits for ${blockers.map(({ key }) => key).join(", ")}.`,
    };
  }
  const started = await startLocked(tx, row, { actor });
  const task = await viewTask(tx, started.task);
  return { task, launched: true, message: `${task.key} is queued and starts as soon as a slot is free.` };
}

/** Without a project named, the only one is meant; among several, the one used last. */
async function latestProjectId(tx: Tx): Promise<string> {
  const latest = await tx.project.findFirst({ where: { archivedAt: null }, orderBy: { updatedAt: "desc" } });
  if (latest === null)
    throw new DomainError("NOT_FOUND", "There is no project yet. Create one first.", { what: "project" });
  return latest.id;
}
