import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { attempt } from "@/lib/journal.ts";
import type { ProjectRow } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { createTask, type NewTask } from "@/lib/task/create.ts";
import { fileActor } from "@/lib/task/file/actor.ts";
import { cardFields } from "@/lib/task/file/card-fields.ts";
import type { FileFields } from "@/lib/task/file/fields.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { specSaying } from "@/lib/task/file/instruction.ts";
import { agree } from "@/lib/task/file/merge.ts";
import { stemOf } from "@/lib/task/file/names.ts";
import { readTaskFile } from "@/lib/task/file/read.ts";
import { tellOf } from "@/lib/task/file/tell.ts";
import { newTaskFile } from "@/lib/task/file/write.ts";
import { findTask } from "@/lib/task/find.ts";

interface NewFile {
  name: string;
  text: string;
  /** Whether a file of that name is in the directory. */
  isThere: (name: string) => boolean;
}

/** A file nobody knows: a card that it names is its own, else it becomes a draft. Answers what is in the way, or null. */
export async function beginCard(tx: Tx, project: ProjectRow, { name, text, isThere }: NewFile): Promise<string | null> {
  const { defaultTaskType } = projectSettingsSchema.parse(project.settings);
  const file = readTaskFile(text, defaultTaskType);
  if (typeof file === "string") return `${name}: ${file}`;
  const named = file.key === null ? null : await findNamed(tx, project, file.key);
  if (named?.file && named.file.name !== name) {
    if (isThere(named.file.name))
      return `${name} says it is ${file.key}, but that is ${named.file.name}. Take its key out and it becomes a card.`;
    await tx.taskFile.deleteMany({ where: { projectId: project.id, name, taskId: null } });
    await tx.taskFile.update({ where: { taskId: named.id }, data: { name, goneAt: null } });
    return null;
  }
  const { id, base } = named
    ? { id: named.id, base: {} }
    : await createDraft(tx, project, { name, fields: file.fields });
  const row = {
    projectId: project.id,
    name,
    taskId: id,
    base: { ...base, ...(file.status ? { status: file.status } : {}) },
  };
  await tx.taskFile.upsert({
    where: { projectId_name: { projectId: project.id, name } },
    create: row,
    update: { ...row, hash: null, goneAt: null },
  });
  return null;
}

async function findNamed(tx: Tx, { id, key }: ProjectRow, named: string) {
  const number = named.startsWith(`${key}-`) ? Number(named.slice(key.length + 1)) : Number.NaN;
  if (!Number.isInteger(number) || number > 2 ** 31 - 1) return null;
  return tx.task.findUnique({ where: { projectId_number: { projectId: id, number } }, include: { file: true } });
}

/** Whatever its file says of its status: what comes from a repository waits for a person. */
async function createDraft(
  tx: Tx,
  project: ProjectRow,
  { name, fields }: { name: string; fields: Partial<FileFields> },
) {
  const { instruction, dependsOn: _, title = titleOf(name), ...rest } = fields;
  const type = rest.type ?? projectSettingsSchema.parse(project.settings).defaultTaskType;
  const spec = instruction === undefined ? {} : specSaying({ type, instruction }, { type, spec: {} });
  const task: NewTask = { ...rest, title, type, status: "DRAFT" };
  const actor = fileActor(name);
  const row = await attempt(tx, () => createTask(tx, project.id, { ...task, spec }, actor)).catch((thrown) => {
    if (!(thrown instanceof DomainError)) throw thrown;
    return createTask(tx, project.id, task, actor);
  });
  const card = await cardFields(tx, row);
  return { id: row.id, base: agree({ base: {}, file: { ...fields, dependsOn: [] }, card }) };
}

const titleOf = (name: string) => stemOf(name).replaceAll(/[-_]+/g, " ").trim().slice(0, 200) || "Task";

/** A card without a file gets one: its row, and the text to be written. */
export async function beginFile(tx: Tx, taskId: string, name: string): Promise<string> {
  const task = await findTask(tx, taskId);
  const card = await cardFields(tx, task);
  const told = await tellOf(tx, task);
  const text = newTaskFile(card, told);
  const row = {
    projectId: task.projectId,
    name,
    taskId,
    writing: { hash: hashOf(text), base: { ...card, status: told.status } },
  };
  await tx.taskFile.upsert({ where: { taskId }, create: row, update: { name, writing: row.writing } });
  return text;
}
