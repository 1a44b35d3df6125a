import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { attempt } from "@/lib/journal.ts";
import { addDependency, removeDependency } from "@/lib/task/dependencies.ts";
import { type TaskChanges, updateTask } from "@/lib/task/edit.ts";
import type { FileField, FileFields } from "@/lib/task/file/fields.ts";
import { specSaying } from "@/lib/task/file/instruction.ts";
import { findTask, type TaskRow } from "@/lib/task/find.ts";
import { unqueue, withdraw } from "@/lib/task/moves.ts";
import type { TaskType } from "@/lib/task/schema.ts";

type Fields = Partial<FileFields>;

/** What a session would be told or do otherwise. */
export const toldFields = (type: string): FileField[] =>
  type === "cli" ? ["type", "instruction"] : ["type", "instruction", "title", "description"];

/** Takes the approval of a card back that has not started. Starts nothing, and is nothing where there is none. */
export async function takeApprovalBack(tx: Tx, taskId: string, actor: Actor): Promise<void> {
  if ((await findTask(tx, taskId)).status === "QUEUED") await unqueue(tx, taskId, actor);
  if ((await findTask(tx, taskId)).status === "APPROVED") await withdraw(tx, taskId, actor);
}

/**
 * Puts values into a card, as a person does. What the card refuses is answered with the reason and changes nothing; the rest is
 * taken. The project's lock is held.
 */
export async function putIntoCard(
  tx: Tx,
  task: TaskRow,
  put: { fields: Fields; actor: Actor },
): Promise<Map<FileField, string>> {
  const { dependsOn: _, ...fields } = put.fields;
  const refused = new Map<FileField, string>();
  const all = Object.keys(fields) as FileField[];
  if (all.length === 0) return refused;
  const whole = await tryTo(tx, () => updateFields(tx, task.id, fields, put.actor));
  if (whole === null) return refused;
  for (const part of together(all)) {
    const some = Object.fromEntries(part.map((field) => [field, put.fields[field]])) as Fields;
    const reason = await tryTo(tx, () => updateFields(tx, task.id, some, put.actor));
    if (reason !== null) for (const field of part) refused.set(field, reason);
  }
  return refused;
}

/** A type and its instruction go in together. */
function together(fields: readonly FileField[]): FileField[][] {
  const spec: FileField[] = fields.filter((field) => field === "type" || field === "instruction");
  const others = fields.filter((field) => !spec.includes(field)).map((field) => [field]);
  return spec.length > 0 ? [spec, ...others] : others;
}

/** Puts all of them in, or is refused as a person would be. */
export async function updateFields(tx: Tx, taskId: string, fields: Fields, actor: Actor): Promise<void> {
  const task = await findTask(tx, taskId);
  const { instruction, dependsOn: _, ...rest } = fields;
  const before = { type: task.type as TaskType, spec: task.spec as Record<string, unknown> };
  const spec =
    instruction === undefined ? {} : { spec: specSaying({ type: fields.type ?? before.type, instruction }, before) };
  const changes: TaskChanges = { ...rest, ...spec };
  await updateTask(tx, taskId, { changes, version: task.version, actor });
}

/** The same for what a card waits for; keys of tasks. */
export async function putDependencies(
  tx: Tx,
  task: TaskRow,
  put: { before: readonly string[]; after: readonly string[]; actor: Actor },
): Promise<string[]> {
  const reasons: (string | null)[] = [];
  for (const dependsOn of put.after.filter((key) => !put.before.includes(key)))
    reasons.push(await tryTo(tx, () => addDependency(tx, task.id, { dependsOn, actor: put.actor })));
  for (const dependsOn of put.before.filter((key) => !put.after.includes(key)))
    reasons.push(await tryTo(tx, () => removeDependency(tx, task.id, { dependsOn, actor: put.actor })));
  return reasons.flatMap((reason) => reason ?? []);
}

/** null: done; else why it is refused. */
async function tryTo(tx: Tx, work: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt(tx, work);
    return null;
  } catch (thrown) {
    if (thrown instanceof DomainError) return thrown.message;
    throw thrown;
  }
}
