import { nearest } from "@/lib/nearest.ts";
import { type TaskLine, takeOptions } from "@/lib/task/task-line.ts";

/** The commands of the chat, as data: the parser, the help and the composer's completion read the same rows. */
export const chatCommands = [
  {
    name: "task",
    usage: "/task [priority:high] [project:KEY] [type:cli] [after:KEY-3] [tags:a,b] <title>",
    does: "Create a task and start it; without a title it asks step by step",
  },
  { name: "tasks", usage: "/tasks <a task a line>", does: "Create many: what is indented waits for what is above it" },
  { name: "draft", usage: "/draft [priority:high] [after:KEY-3] <title>", does: "Write a card without starting it" },
  { name: "run", usage: "/run KEY-n", does: "Queue a task" },
  { name: "status", usage: "/status [KEY-n]", does: "How the project or a task stands" },
  { name: "cancel", usage: "/cancel KEY-n", does: "Cancel a task and end its sandbox" },
  { name: "prompt", usage: "/prompt KEY-n <text>", does: "Say something to the agent that works on a task" },
  { name: "auto", usage: "/auto on|off", does: "Turn autonomous mode on or off" },
  { name: "explain", usage: "/explain KEY-n", does: "Say why a task is not running" },
  { name: "help", usage: "/help", does: "List these commands" },
] as const;

export type ChatCommandName = (typeof chatCommands)[number]["name"];

export interface ChatCommand extends TaskLine {
  name: ChatCommandName;
  /** What a shell is given, where it was said apart from the title. */
  shell?: string | undefined;
}

/** A line that begins with / is a command; null for plain words. An unknown command comes back with the nearest one. */
export function parseCommand(text: string): ChatCommand | { unknown: string; nearest: ChatCommandName } | null {
  const match = /^\/(\S*)\s*([\s\S]*)$/.exec(text.trim());
  if (match === null) return null;
  const [, word = "", tail = ""] = match;
  const name = chatCommands.find((command) => command.name === word.toLowerCase())?.name;
  if (name === undefined) return { unknown: word, nearest: nearestCommand(word) };
  // A list has options line by line.
  return name === "tasks" ? { name, options: {}, rest: tail } : { name, ...takeOptions(tail) };
}

function nearestCommand(word: string): ChatCommandName {
  return nearest(
    word,
    chatCommands.map(({ name }) => name),
  )!;
}

/** A plain request that reads like a command offers the command it would be. */
export function suggestCommand(text: string): string | null {
  // A request is short; spaces in one piece keep the pattern from trying every way to share them out.
  const line = text.trim().replace(/\s+/g, " ");
  if (line.length > 1000) return null;
  const match =
    /^(?:please\s+)?(?:can you\s+|could you\s+)?(?:create|add|make|start|open)\s+(?:a\s+|an\s+|new\s+|a new\s+)?(task|card|draft)\s*(?:to|for|that|:)?\s+(.+)$/i.exec(
      line,
    );
  if (match === null) return null;
  const [, kind = "", what = ""] = match;
  return `/${kind.toLowerCase() === "draft" ? "draft" : "task"} ${what.replace(/[.\s]+$/, "")}`;
}
