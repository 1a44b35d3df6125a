import { z } from "zod";
import type { ChatCommand } from "@/lib/chat/command.ts";
import { askedSteps, askingSchema } from "@/lib/chat/contract.ts";
import { commandIn } from "@/lib/task/spec-from-title.ts";
import { optionNames } from "@/lib/task/task-line.ts";

/**
 * `/task` without a title is a line that is written by answers. Each step asks for one part of it, where that part is missing:
 *
 *     title ─► type ─► command ─► priority ─► after ─► the card
 *
 * Type is not asked where the title has a command in backticks; command only where a command was chosen and none was said. An answer
 * goes one on, `back` takes the last answer out again, `create now` leaves the rest to the defaults, `stop` creates nothing.
 */
export type AskedStep = (typeof askedSteps)[number];

const lineSchema = z.object({
  name: z.enum(["task", "draft"]),
  options: z.partialRecord(z.enum(optionNames), z.string()),
  rest: z.string(),
  shell: z.string().optional(),
});
/** The line so far: a command of the chat as if it had been written at once. */
export type AskedLine = z.infer<typeof lineSchema> & ChatCommand;

/** A question with all that was answered before it. The reply that asks it carries it, so it outlives every process. */
export const dialogueSchema = askingSchema.extend({ line: lineSchema, answered: z.array(z.enum(askedSteps)) });
export type Dialogue = z.infer<typeof dialogueSchema>;

type Progress = Pick<Dialogue, "line" | "answered">;

/** What is missing next; null: nothing is. */
export function nextStep({ line, answered }: Progress): AskedStep | null {
  const { rest, options, shell } = line;
  if (rest === "") return "title";
  const isSaid = shell !== undefined || commandIn(rest) !== null;
  if (options.type === undefined && !isSaid) return "type";
  // With type:cli on the line itself the title is what is run, as in a line that was written at once.
  if (answered.includes("type") && options.type === "cli" && !isSaid) return "command";
  if (options.priority === undefined) return "priority";
  return options.after === undefined ? "after" : null;
}

/** The line without what was answered last. */
export function stepBack({ line, answered }: Progress): Progress {
  return { line: without(line, answered.at(-1)), answered: answered.slice(0, -1) };
}

function without(line: Dialogue["line"], step: AskedStep | undefined): Dialogue["line"] {
  switch (step) {
    case "title":
      return { ...line, rest: "" };
    case "type":
      return { ...line, options: { ...line.options, type: undefined }, shell: undefined };
    case "command":
      return { ...line, shell: undefined };
    case "priority":
    case "after":
      return { ...line, options: { ...line.options, [step]: undefined } };
    case undefined:
      return line;
  }
}
