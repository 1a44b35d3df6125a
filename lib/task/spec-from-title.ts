import type { taskTypes } from "@/lib/task/task-types.ts";

/**
 * What a one-line request means when nothing else was said. For a command: what stands in backticks, or else the whole
 * line, given to a shell. For an agent: the line is the prompt.
 */
export function specFromTitle(type: (typeof taskTypes)[number], title: string): Record<string, unknown> {
  return type === "cli" ? shellSpec(commandIn(title) ?? title) : { prompt: title };
}

/** What stands in backticks; null: nothing does. */
export const commandIn = (title: string): string | null => /`([^`]+)`/.exec(title)?.[1] ?? null;

export const shellSpec = (line: string): Record<string, unknown> => ({ command: "sh", args: ["-c", line] });
