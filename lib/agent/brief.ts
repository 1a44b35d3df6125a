import type { Tx } from "@/lib/db.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";
import { findTask, keyOf, type TaskRow } from "@/lib/task/find.ts";
import { isEmptySpec } from "@/lib/task/spec.ts";

/** All that a prompt is made of. */
export interface BriefFacts {
  key: string;
  title: string;
  description: string;
  /** spec.prompt. */
  prompt: string;
  /** The project's, for every agent. */
  instructions: string;
  /** Tasks it waited for that have left something, in the order of their numbers. */
  dependencies: readonly { key: string; title: string; commit: string | null; result: string | null }[];
  /** Ended attempts of this generation, oldest first. */
  attempts: readonly { attempt: number; status: string; message: string | null }[];
  /** A person's, for the next attempt. */
  feedback: string | null;
}

const resultMaxLength = 4_000;
const messageMaxLength = 1_000;

/**
 * From a task to the prompt its agent gets: the one function that decides what is said, pure, so that the task's page shows exactly what
 * will be sent. Parts that have nothing to say are left out.
 */
export function writeBrief(facts: BriefFacts): string {
  const parts = [
    `# ${facts.key}: ${facts.title}`,
    facts.description.trim(),
    isSaid(facts.prompt, [facts.title, facts.description]) ? "" : section("What to do", facts.prompt),
    section("About this project", facts.instructions),
    section("What was done before, and is in your working copy", facts.dependencies.map(dependencyText).join("\n\n")),
    section("Earlier attempts", facts.attempts.map(attemptText).join("\n")),
    section("Feedback from a person", facts.feedback ?? ""),
    section("How to work", howToWork),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** To an agent that goes on with its conversation: it knows the rest. */
export function writeFollowUp({ feedback, attempts }: BriefFacts): string {
  const last = attempts.at(-1);
  if (feedback !== null && feedback.trim() !== "") return section("Feedback from a person", feedback);
  return section("Your last attempt was not accepted", last ? attemptText(last) : "Please try again.");
}

const howToWork = `Work in the current directory: a clone of the repository on a branch of its own. What you leave there is committed for you when
you end; you need not commit or push. Nobody watches all the time: decide what you can, and say at the end in a few sentences what you
did and what is left.`;

const section = (title: string, text: string): string => (text.trim() === "" ? "" : `## ${title}\n\n${text.trim()}`);

const isSaid = (prompt: string, texts: readonly string[]): boolean =>
  texts.some((text) => text.trim() === prompt.trim());

function dependencyText({ key, title, commit, result }: BriefFacts["dependencies"][number]): string {
  const where = commit === null ? "" : ` (commit ${commit.slice(0, 12)})`;
  return `### ${key}: ${title}${where}${result === null ? "" : `\n\n${result.slice(0, resultMaxLength)}`}`;
}

const attemptText = ({ attempt, status, message }: BriefFacts["attempts"][number]): string =>
  `- Attempt ${attempt} ended ${status.toLowerCase().replace("_", " ")}${message ? `: ${message.slice(0, messageMaxLength)}` : "."}`;

/** The facts as they are now. `beforeAttempt`: of the attempts before this one; else of all that have ended. */
export async function gatherBrief(tx: Tx, taskRef: string, beforeAttempt?: number): Promise<BriefFacts> {
  const task = await findTask(tx, taskRef);
  const dependencies = await tx.dependency.findMany({
    where: { taskId: task.id, dependsOn: { status: "COMPLETED" } },
    include: { dependsOn: { include: { project: { select: { key: true } } } } },
    orderBy: { dependsOn: { number: "asc" } },
  });
  const attempts = await tx.session.findMany({
    where: {
      taskId: task.id,
      generation: task.generation,
      endedAt: { not: null },
      ...(beforeAttempt === undefined ? {} : { attempt: { lt: beforeAttempt } }),
    },
    select: { attempt: true, status: true, message: true },
    orderBy: { attempt: "asc" },
  });
  const spec = task.spec as { prompt?: string };
  return {
    key: keyOf(task),
    title: task.title,
    description: task.description,
    prompt: isEmptySpec(task.spec) ? "" : (spec.prompt ?? ""),
    instructions: (task.project.settings as Partial<ProjectSettings>).instructions ?? "",
    dependencies: dependencies.map(({ dependsOn }) => ({
      key: keyOf(dependsOn),
      title: dependsOn.title,
      commit: dependsOn.resultCommit,
      result: textOf(dependsOn.result),
    })),
    attempts,
    feedback: task.feedback,
  };
}

/** What the next session's agent is told: to a new conversation, and where there is one to go on with. */
export async function viewBrief(tx: Tx, task: TaskRow) {
  if (task.type === "cli") return { taskId: task.id, prompt: null, followUp: null };
  const facts = await gatherBrief(tx, task.id);
  const earlier = await findConversation(tx, task, task.attempts + 1);
  return { taskId: task.id, prompt: writeBrief(facts), followUp: earlier === null ? null : writeFollowUp(facts) };
}

/** The conversation of the attempt before, of the same agent and generation; null: the next one begins anew. */
export async function findConversation(
  tx: Tx,
  task: Pick<TaskRow, "id" | "type" | "generation">,
  attempt: number,
): Promise<string | null> {
  const before = await tx.session.findUnique({ where: { taskId_attempt: { taskId: task.id, attempt: attempt - 1 } } });
  if (before === null || before.agent !== task.type || before.generation !== task.generation) return null;
  return before.type === "autonomous" ? before.conversationId : null;
}

/** What a task left as its result, in words. */
function textOf(result: unknown): string | null {
  if (result === null || result === undefined) return null;
  if (typeof result === "string") return result;
  const { text } = result as { text?: unknown };
  return typeof text === "string" ? text : JSON.stringify(result, null, 2);
}
