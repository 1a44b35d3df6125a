import type { Project } from "@/lib/project/schema.ts";
import { type TaskStatus, taskStatuses } from "@/lib/task/machine.ts";
import type { Task } from "@/lib/task/schema.ts";

/** A board in Markdown, for who reads rather than looks: cards by status, each with why it is not moving. */
export function writeBoard(project: Project, open: readonly Task[], done: readonly Task[]): string {
  const mode = project.autonomousExecutionEnabled ? "on" : "off";
  const keyOf = new Map([...open, ...done].map(({ id, key }) => [id, key]));
  const columns = taskStatuses.flatMap((status) => {
    const cards = (status === "COMPLETED" ? done : open).filter((task) => task.status === status);
    const lines = cards.map((task) => cardLine(task, keyOf));
    return cards.length === 0 ? [] : [`${heading(project, status, cards.length)}\n\n${lines.join("\n")}`];
  });
  const empty = columns.length === 0 ? ["There are no cards."] : [];
  return [`# ${project.key}: ${project.name}`, `Autonomous mode is ${mode}.`, ...columns, ...empty].join("\n\n");
}

function heading({ counts }: Project, status: TaskStatus, shown: number): string {
  const count = counts[status] ?? shown;
  return `## ${status} (${count}${count > shown ? `, ${shown} shown` : ""})`;
}

function cardLine({ key, title, why, blockedBy, session }: Task, keyOf: ReadonlyMap<string, string>): string {
  const waits = blockedBy.map((id) => keyOf.get(id) ?? id);
  const facts = [
    ...(session ? [session.liveLine ?? `attempt ${session.attempt} is ${session.status.toLowerCase()}`] : []),
    ...(why ? [why.message] : []),
    ...(waits.length > 0 ? [`waits for ${waits.join(", ")}`] : []),
  ];
  return `- ${key} ${title.replaceAll(/\s+/g, " ")}${facts.length === 0 ? "" : ` — ${facts.join("; ")}`}`;
}
