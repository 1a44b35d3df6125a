import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { fileActor } from "@/lib/task/file/actor.ts";
import { cardFields } from "@/lib/task/file/card-fields.ts";
import type { FileField, FileFields } from "@/lib/task/file/fields.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { keep, type RowOfCard } from "@/lib/task/file/keep.ts";
import { agree, merge } from "@/lib/task/file/merge.ts";
import { keysOfNames } from "@/lib/task/file/names.ts";
import { readTaskFile, type TaskFileText } from "@/lib/task/file/read.ts";
import type { Dispute } from "@/lib/task/file/schema.ts";
import { asksForDraft, saysStatus } from "@/lib/task/file/status-word.ts";
import { putDependencies, putIntoCard, takeApprovalBack, toldFields } from "@/lib/task/file/take.ts";
import { tellOf } from "@/lib/task/file/tell.ts";
import { writeTaskFile } from "@/lib/task/file/write.ts";
import { findTask, type TaskRow } from "@/lib/task/find.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** What a file and its card last agreed on, with the word for the status that was last seen. */
export type Base = Partial<FileFields> & { status?: string };

/** What came of it. */
export interface Met {
  /** What the file is to have; null: it has it. */
  wanted: string | null;
  /** It waits for a task that nobody has made yet. */
  isWaiting: boolean;
}

/**
 * Brings a card and the text of its file together: the card takes what changed in the file; answers the text that the file is to have.
 * The project's lock is held. Until that text is written and `confirmWriting` was told, the base stays where both really agree, so
 * a crash at any point leaves nothing but another merge.
 */
export async function meet(tx: Tx, row: RowOfCard, text: string): Promise<Met> {
  const task = await findTask(tx, row.taskId);
  const hash = hashOf(text);
  const file = readTaskFile(text, task.type as TaskType);
  if (typeof file === "string") {
    await keep(tx, row, {
      hash,
      goneAt: null,
      remarks: [`The file cannot be read: ${file}`],
      conflicts: row.conflicts as never,
    });
    return { wanted: null, isWaiting: false };
  }
  const writing = row.writing as { hash: string; base: Base } | null;
  const base = writing?.hash === hash ? writing.base : (row.base as Base);
  const names = await keysOfNames(tx, task.project, file.fields.dependsOn ?? []);
  const said = withKeys(file, base, names);
  const actor = fileActor(row.name);
  const before = await cardFields(tx, task);
  const taken = await takeChanges(tx, task, { base, file: said, card: before, actor });
  const statusRemark = await hearStatus(tx, task.id, { file, base, actor });
  const after = await findTask(tx, task.id);
  const card = taken.isChanged ? await cardFields(tx, after) : before;
  const agreed = agree({ base, file: said, card });
  const left = merge({ base: agreed, file: said, card });
  const told = await tellOf(tx, after);
  const isTrue = file.status !== null && saysStatus(file.status, after.status as TaskStatus);
  const write = {
    ...left.write,
    ...(left.write.dependsOn ? { dependsOn: spelled(file, names, left.write.dependsOn) } : {}),
  };
  const wanted = writeTaskFile(file, {
    fields: write,
    type: card.type,
    told: { ...told, status: isTrue ? null : told.status },
  });
  const status = isTrue ? file.status! : told.status!;
  const unknown = (file.fields.dependsOn ?? []).filter((name) => !names.has(name));
  await keep(tx, row, {
    ...{ hash, goneAt: null },
    base: { ...agreed, ...(base.status === undefined ? {} : { status: base.status }) },
    writing: {
      hash: hashOf(wanted),
      base: { ...agree({ base: agreed, file: { ...said, ...left.write }, card }), status },
    },
    conflicts: disputesOf({ left, card, said, taken }),
    remarks: [
      ...file.remarks,
      ...(unknown.length > 0 ? [`dependsOn: there is no task ${unknown.join(", ")} yet.`] : []),
      ...taken.remarks,
      ...statusRemark,
    ],
  });
  const isWaiting = unknown.length > 0;
  if (wanted !== text) return { wanted, isWaiting };
  await confirmWriting(tx, { projectId: row.projectId, name: row.name }, hash);
  return { wanted: null, isWaiting };
}

/** What the file says, with keys in place of names; a field that cannot be taken says what was agreed, so that nothing follows. */
function withKeys(file: TaskFileText, base: Base, names: ReadonlyMap<string, string>): Partial<FileFields> {
  const said: Partial<FileFields> = { ...file.fields };
  if (said.dependsOn) said.dependsOn = [...new Set(said.dependsOn.flatMap((name) => names.get(name) ?? []))];
  for (const field of file.refused) if (base[field] !== undefined) Object.assign(said, { [field]: base[field] });
  return said;
}

/** Keys in the words of the file, and what nothing is called yet. */
function spelled(file: TaskFileText, names: ReadonlyMap<string, string>, keys: readonly string[]): string[] {
  const kept = (file.fields.dependsOn ?? []).filter((name) => !names.has(name) || keys.includes(names.get(name)!));
  const said = new Set(kept.map((name) => names.get(name)));
  return [...kept, ...keys.filter((key) => !said.has(key))];
}

interface Coming {
  base: Base;
  file: Partial<FileFields>;
  card: FileFields;
  actor: Actor;
}

interface Taken {
  /** Fields the card did not take, and why. */
  held: Map<FileField, Dispute["reason"]>;
  remarks: string[];
  isChanged: boolean;
}

const notStarted: readonly string[] = ["DRAFT", "APPROVED", "QUEUED"];

/** What is told to whoever carries it out waits for a person: a card that was approved is a draft again, one that started is left alone. */
async function takeChanges(tx: Tx, task: TaskRow, { base, file, card, actor }: Coming): Promise<Taken> {
  const { take } = merge({ base, file, card });
  const held: Taken["held"] = new Map();
  const told = toldFields(take.type ?? card.type).filter((field) => take[field] !== undefined);
  const waitsForLess = take.dependsOn !== undefined && card.dependsOn.some((key) => !take.dependsOn!.includes(key));
  if (told.length > 0 || waitsForLess) {
    if (notStarted.includes(task.status)) await takeApprovalBack(tx, task.id, actor);
    else for (const field of told) held.set(field, "NEEDS_APPROVAL");
  }
  const fields = Object.fromEntries(Object.entries(take).filter(([field]) => !held.has(field as FileField)));
  const refused = await putIntoCard(tx, task, { fields, actor });
  for (const field of refused.keys()) held.set(field, "REFUSED");
  const remarks = [...new Set(refused.values())];
  if (take.dependsOn)
    remarks.push(...(await putDependencies(tx, task, { before: card.dependsOn, after: take.dependsOn, actor })));
  return { held, remarks, isChanged: Object.keys(take).length > 0 };
}

/** The one thing a word does is to take an approval back. Cards are moved on the board. */
async function hearStatus(
  tx: Tx,
  taskId: string,
  { file, base, actor }: { file: TaskFileText; base: Base; actor: Actor },
): Promise<string[]> {
  if (file.status === null || file.status === base.status) return [];
  const task = await findTask(tx, taskId);
  if (saysStatus(file.status, task.status as TaskStatus)) return [];
  if (asksForDraft(file.status) && notStarted.includes(task.status)) {
    await takeApprovalBack(tx, taskId, actor);
    return [];
  }
  return [`The file said status ${file.status}. A card is moved on the board, not by its file.`];
}

interface Left {
  left: ReturnType<typeof merge>;
  card: FileFields;
  said: Partial<FileFields>;
  taken: Taken;
}

function disputesOf({ left, card, said, taken }: Left): Dispute[] {
  const untaken = (Object.keys(left.take) as FileField[]).filter((field) => taken.held.has(field));
  return [
    ...left.conflicts.map((one) => ({ ...one, reason: "BOTH_CHANGED" as const })),
    ...untaken.map((field) => ({ field, file: said[field], card: card[field], reason: taken.held.get(field)! })),
  ];
}

/** The file has the text with this hash now: what was to be agreed is. */
export async function confirmWriting(
  tx: Tx,
  { projectId, name }: { projectId: string; name: string },
  hash: string,
): Promise<void> {
  await tx.$executeRaw`UPDATE "TaskFile" SET base = writing->'base', hash = ${hash}, writing = NULL
    WHERE "projectId" = ${projectId}::uuid AND name = ${name} AND writing->>'hash' = ${hash}`;
}
