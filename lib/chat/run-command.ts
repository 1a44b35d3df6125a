import type { Actor } from "@/lib/actor.ts";
import { beginDialogue } from "@/lib/chat/asking/dialogue.ts";
import type { Dialogue } from "@/lib/chat/asking/next-step.ts";
import { type ChatCommand, chatCommands } from "@/lib/chat/command.ts";
import { createMany, createOne, startOrWait } from "@/lib/chat/create-cards.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { setAutonomousExecution } from "@/lib/project/autonomy.ts";
import type { ProjectRow } from "@/lib/project/find.ts";
import { viewProject } from "@/lib/project/project.ts";
import { promptSession } from "@/lib/session/prompt.ts";
import { findLiveSession } from "@/lib/session/transition.ts";
import { explain, gatherFacts } from "@/lib/task/explain.ts";
import { findTask, keyOf, lockTask, type TaskRow } from "@/lib/task/find.ts";
import { taskStatuses } from "@/lib/task/machine.ts";
import { cancel } from "@/lib/task/moves.ts";
import { openBlockers } from "@/lib/task/view.ts";

/** What the board answers: words, and tasks to show as live cards. */
export interface Spoken {
  text: string;
  taskIds: string[];
  /** Where the text is a question of a dialogue. */
  asking?: Dialogue;
}

export interface Run {
  command: ChatCommand;
  project: ProjectRow;
  actor: Actor;
}

type Runner = (tx: Tx, run: Run) => Promise<Spoken>;

const runners: Record<ChatCommand["name"], Runner> = {
  task: createOrAsk,
  tasks: (tx, run) => createMany(tx, run),
  draft: createOrAsk,
  run: async (tx, { command, actor }) => {
    const task = await lockTask(tx, requireKey(command));
    return { text: await startOrWait(tx, task, actor), taskIds: [task.id] };
  },
  status: async (tx, { command, project }) => {
    if (command.rest !== "") {
      const task = await findTask(tx, requireKey(command));
      return { text: `${keyOf(task)} is ${task.status.toLowerCase()}.`, taskIds: [task.id] };
    }
    const { counts, autonomousExecutionEnabled, processableCount } = await viewProject(tx, project);
    const parts = taskStatuses
      .filter((status) => counts[status] > 0)
      .map((status) => `${counts[status]} ${status.toLowerCase()}`);
    const mode = `Autonomous mode is ${autonomousExecutionEnabled ? "on" : "off"}, ${processableCount} ready to start.`;
    return { text: `${parts.length > 0 ? `${parts.join(", ")}.` : "No tasks yet."} ${mode}`, taskIds: [] };
  },
  cancel: async (tx, { command, actor }) => {
    const task = await cancel(tx, requireKey(command), actor);
    return { text: `${keyOf(task)} is cancelled.`, taskIds: [task.id] };
  },
  prompt: async (tx, { command, actor }) => {
    const { key, text } = keyAndText(command);
    const task = await findTask(tx, key);
    const session = await findLiveSession(tx, task.id);
    if (session === null) throw nobodyListens(task);
    await promptSession(tx, session.id, text, actor);
    return {
      text: `${keyOf(task)} is told at its agent's next turn. Its page says when it was taken.`,
      taskIds: [task.id],
    };
  },
  auto: async (tx, { command, project, actor }) => {
    if (!["on", "off"].includes(command.rest)) throw missing("/auto", "on or off");
    await setAutonomousExecution(tx, project.id, { isEnabled: command.rest === "on", actor });
    return { text: `Autonomous mode is ${command.rest}.`, taskIds: [] };
  },
  explain: async (tx, { command }) => {
    const task = await findTask(tx, requireKey(command));
    const reasons = explain(task, await openBlockers(tx, task.id), await gatherFacts(tx, [task]));
    if (reasons.length === 0)
      return { text: `${keyOf(task)} is ${task.status.toLowerCase()}: nothing holds it.`, taskIds: [task.id] };
    return { text: reasons.map(({ message }, index) => `${index + 1}. ${message}`).join("\n"), taskIds: [task.id] };
  },
  help: async () => ({ text: chatCommands.map(({ usage, does }) => `- \`${usage}\` ${does}`).join("\n"), taskIds: [] }),
};

/** Without a title it is asked for, and what else is missing with it. */
function createOrAsk(tx: Tx, run: Run): Promise<Spoken> {
  return run.command.rest === "" ? beginDialogue(tx, run) : createOne(tx, run);
}

export const runCommand: Runner = (tx, run) => runners[run.command.name](tx, run);

function requireKey(command: ChatCommand): string {
  const key = command.rest.split(/\s/)[0] ?? "";
  if (key === "") throw missing(`/${command.name}`, "a task key such as DEMO-12");
  return key;
}

function keyAndText(command: ChatCommand): { key: string; text: string } {
  const key = requireKey(command);
  const text = command.rest.slice(key.length).trim();
  if (text === "") throw missing(`/${command.name} ${key}`, "what to say");
  return { key, text };
}

function nobodyListens(task: TaskRow): DomainError {
  const offer = "Give it as feedback to the next attempt instead: on its page, under its last session.";
  return new DomainError(
    "PROMPT_REFUSED",
    `${keyOf(task)} is ${task.status.toLowerCase()}: no agent works on it. ${offer}`,
    {
      found: task.status,
      offer: "session.continue",
    },
  );
}

const missing = (command: string, what: string) => new DomainError("VALIDATION_FAILED", `${command} needs ${what}.`);
