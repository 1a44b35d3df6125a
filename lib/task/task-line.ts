import { taskTypes } from "@/lib/task/task-types.ts";

/** What may stand before a task's title where it is written in one line: `priority:high after:DEMO-3 Fix it`. */
export const optionNames = ["priority", "project", "type", "after", "tags", "template"] as const;
export type OptionName = (typeof optionNames)[number];

export const optionValues: Partial<Record<OptionName, readonly string[]>> = {
  priority: ["lowest", "low", "medium", "high", "highest"],
  type: taskTypes,
};

/** The word is kept for them, so that a title does not begin with it by accident. */
export const noTemplates = (name: string): string => `There are no templates yet; leave template:${name} out.`;

export interface TaskLine {
  options: Partial<Record<OptionName, string>>;
  /** What is left when the options are taken out. */
  rest: string;
}

/** Options stand before the title, so a title may hold a colon. */
export function takeOptions(line: string): TaskLine {
  const options: TaskLine["options"] = {};
  let rest = line.trim();
  for (;;) {
    const match = /^([a-z]+):(\S+)\s*/i.exec(rest);
    const name = optionNames.find((option) => option === match?.[1]?.toLowerCase());
    if (match === null || name === undefined) return { options, rest };
    options[name] = match[2];
    rest = rest.slice(match[0].length);
  }
}
