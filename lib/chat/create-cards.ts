import type { Actor } from "@/lib/actor.ts";
import type { ChatCommand } from "@/lib/chat/command.ts";
import type { Run, Spoken } from "@/lib/chat/run-command.ts";
import { cutText } from "@/lib/cut-text.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { lockProject } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { createBatch, createTask, type NewTask } from "@/lib/task/create.ts";
import { findTask, keyOf, type TaskRow } from "@/lib/task/find.ts";
import { readOutline } from "@/lib/task/import/read-outline.ts";
import { toBatch } from "@/lib/task/import/to-batch.ts";
import { makeQueueable, mayWaitApproved, startLocked } from "@/lib/task/moves.ts";
import { priorityNames } from "@/lib/task/schema.ts";
import { shellSpec, specFromTitle } from "@/lib/task/spec-from-title.ts";
import { noTemplates, type OptionName, optionValues } from "@/lib/task/task-line.ts";
import { taskTypes } from "@/lib/task/task-types.ts";
import { openBlockers } from "@/lib/task/view.ts";

/** The card of `/task`, started, or of `/draft`. */
export async function createOne(tx: Tx, run: Run): Promise<Spoken> {
  const task = await createFrom(tx, run);
  const isDraft = run.command.name === "draft";
  const text = isDraft ? `${keyOf(task)} is a draft.` : await startOrWait(tx, task, run.actor);
  return { text, taskIds: [task.id] };
}

async function createFrom(tx: Tx, run: Run) {
  const { rest, shell, options } = run.command;
  if (options.template !== undefined) throw new DomainError("VALIDATION_FAILED", noTemplates(options.template));
  const { target, type, priority } = await readOptions(tx, run);
  const task: NewTask = {
    title: cutText(rest, 200),
    ...(rest.length > 200 ? { description: rest } : {}),
    type,
    spec: type === "cli" && shell !== undefined ? shellSpec(shell) : specFromTitle(type, rest),
    ...(priority ? { priority: priorityNames.indexOf(priority) } : {}),
    ...(options.after ? { dependsOn: options.after.split(",") } : {}),
    ...(options.tags ? { tags: options.tags.split(",").filter((tag) => tag !== "") } : {}),
  };
  return createTask(tx, target.id, task, run.actor);
}

/** What the options say, in the project they name. Throws a DomainError that says what there is instead. */
export async function readOptions(tx: Tx, { command, project }: Pick<Run, "command" | "project">) {
  const target = command.options.project ? await lockProject(tx, command.options.project) : project;
  const type = chooseValue(command, "type", taskTypes) ?? projectSettingsSchema.parse(target.settings).defaultTaskType;
  return { target, type, priority: chooseValue(command, "priority", priorityNames) };
}

const shownMax = 20;

/** The cards of `/tasks`, all or none. What can run starts, or waits for its turn; a line that says no command is a draft. */
export async function createMany(tx: Tx, { command, project, actor }: Run): Promise<Spoken> {
  const { tasks, remarks, done } = readOutline(command.rest);
  const [wrong] = remarks;
  if (wrong) throw new DomainError("VALIDATION_FAILED", `Line ${wrong.place} of the list: ${wrong.message}`);
  if (tasks.length === 0)
    throw new DomainError(
      "VALIDATION_FAILED",
      "/tasks needs a list: a task a line, and what is indented waits for the line above it.",
    );
  const batch = toBatch(tasks, projectSettingsSchema.parse(project.settings).defaultTaskType, "APPROVED");
  const drafts = batch.map((task) => ({ ...task, status: "DRAFT" as const }));
  const created = await createBatch(tx, project.id, drafts, actor);
  const counts = { starting: 0, waiting: 0, draft: 0 };
  for (const [index, { id }] of created.entries()) {
    if (batch[index]!.status === "DRAFT") counts.draft += 1;
    else {
      const { blockers } = await startOrApprove(tx, await findTask(tx, id), actor);
      counts[blockers.length === 0 ? "starting" : "waiting"] += 1;
    }
  }
  return { text: wordsFor(created.length, counts, done), taskIds: created.slice(0, shownMax).map(({ id }) => id) };
}

function wordsFor(total: number, counts: Record<"starting" | "waiting" | "draft", number>, done: number): string {
  const parts = [
    ...(counts.starting > 0 ? [`${counts.starting} starting`] : []),
    ...(counts.waiting > 0 ? [`${counts.waiting} approved and waiting for others`] : []),
    ...(counts.draft > 0 ? [`${counts.draft} a draft until it says what to run (a command goes in backticks)`] : []),
  ];
  const left = done > 0 ? ` ${done} ticked off already, and left out.` : "";
  return `${total} ${total === 1 ? "card" : "cards"}: ${parts.join(", ")}.${left}`;
}

/**
 * A person asked for it, so it is queued whether the board acts by itself or not; with open dependencies it waits for them. The
 * task is as it is now, its project's lock held.
 */
export async function startOrWait(tx: Tx, asked: TaskRow, actor: Actor): Promise<string> {
  const { task, blockers } = await startOrApprove(tx, asked, actor);
  if (blockers.length === 0 || task.isForced) return `${keyOf(task)} is starting.`;
  const next =
    task.project.autonomousExecutionEnabled || task.status === "QUEUED"
      ? "it starts by itself then"
      : "queue it then, or turn autonomous mode on";
  return `${keyOf(task)} waits for ${blockers.join(", ")}; ${next}.`;
}

/** Answers the task as it then is, and the keys of what it waits for. What could not wait for them is refused as a start is. */
async function startOrApprove(tx: Tx, task: TaskRow, actor: Actor): Promise<{ task: TaskRow; blockers: string[] }> {
  const open = task.openDependencies === 0 ? [] : await openBlockers(tx, task.id);
  const blockers = open.map(({ key }) => key);
  if (blockers.length > 0 && mayWaitApproved(task.status))
    return { task: await makeQueueable(tx, task, actor), blockers };
  return { task: (await startLocked(tx, task, { actor })).task, blockers };
}

function chooseValue<Value extends string>(
  command: ChatCommand,
  name: OptionName,
  values: readonly Value[],
): Value | undefined {
  const given = command.options[name]?.toLowerCase();
  if (given === undefined) return undefined;
  const offered = optionValues[name] ?? values;
  const found = values.find((value) => value === given && offered.includes(value));
  if (found !== undefined) return found;
  throw new DomainError("VALIDATION_FAILED", `${name}:${given} is not known; there are ${offered.join(", ")}.`);
}
