import { chatCommands } from "@/lib/chat/command.ts";
import { isTaskMoveLegal, type TaskStatus } from "@/lib/task/machine.ts";
import { optionValues } from "@/lib/task/task-line.ts";

/** What completion needs to know of a card. */
export interface KnownTask {
  key: string;
  title: string;
  status: TaskStatus;
}

export interface Completion {
  /** What takes the word's place. */
  insert: string;
  label: string;
  /** The arguments of a command. */
  usage?: string;
  detail: string;
}

export interface CompletionList {
  kind: "command" | "option" | "value" | "task";
  /** The part of the text that is replaced. */
  from: number;
  to: number;
  items: Completion[];
  /** Whether Enter takes the first one before the person has moved to it. */
  selectsFirst: boolean;
}

export const itemsMax = 10;

/** What the word under the caret may become; null where there is nothing to offer. */
export function completionsAt(text: string, caret: number, tasks: readonly KnownTask[]): CompletionList | null {
  if (!text.startsWith("/")) return null;
  const from = text.slice(0, caret).search(/\S*$/);
  const word = text.slice(from, caret);
  const to = caret + text.slice(caret).search(/\s|$/);
  const found = from === 0 ? commandsFor(word) : argumentsFor(text.slice(0, from), word, tasks);
  const items = found?.items.slice(0, itemsMax) ?? [];
  const isSettled = items.length === 0 || (items.length === 1 && items[0]!.insert.trim() === text.slice(from, to));
  return found === null || isSettled ? null : { ...found, items, from, to };
}

type Found = Omit<CompletionList, "from" | "to">;

function commandsFor(word: string): Found {
  const typed = word.slice(1).toLowerCase();
  const items = chatCommands
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, usage, does }) => ({
      insert: usage === `/${name}` ? usage : `/${name} `,
      label: `/${name}`,
      usage: usage.slice(name.length + 2),
      detail: does,
    }));
  return { kind: "command", items, selectsFirst: !chatCommands.some(({ name }) => name === typed) };
}

function argumentsFor(before: string, word: string, tasks: readonly KnownTask[]): Found | null {
  const [first = "", ...earlier] = before.trim().split(/\s+/);
  const command = chatCommands.find(({ name }) => `/${name}` === first.toLowerCase());
  if (command === undefined) return null;
  const options = optionsOf(command.usage);
  if (options.length === 0) return earlier.length > 0 ? null : soleArgument(command, word, tasks);
  // Options stand before the title; a colon inside the title is only a colon.
  if (!earlier.every((part) => options.some(({ name }) => part.toLowerCase().startsWith(`${name}:`)))) return null;
  const [, name, value] = /^([a-z]+):(.*)$/i.exec(word) ?? [];
  if (name === undefined || value === undefined) return optionNames(options, word);
  return optionValue(name.toLowerCase(), value, tasks);
}

/** `[priority:high]` in a usage line is the option `priority` with the example `priority:high`. */
function optionsOf(usage: string) {
  return [...usage.matchAll(/\[([a-z]+):([^\]]+)\]/g)].map(([, name, example]) => ({ name: name!, example: example! }));
}

function optionNames(options: ReturnType<typeof optionsOf>, word: string): Found | null {
  if (word === "") return null;
  const items = options
    .filter(({ name }) => name.startsWith(word.toLowerCase()))
    .map(({ name, example }) => ({ insert: `${name}:`, label: `${name}:`, detail: `such as ${name}:${example}` }));
  return { kind: "option", items, selectsFirst: false };
}

function optionValue(name: string, value: string, tasks: readonly KnownTask[]): Found | null {
  if (name === "after") {
    // Several may be named, with commas between; the last one is being written.
    const done = value.slice(0, value.lastIndexOf(",") + 1);
    return taskKeys(tasks, value.slice(done.length), `after:${done}`);
  }
  const values = optionValues[name as keyof typeof optionValues] ?? [];
  const items = values
    .filter((offered) => offered.startsWith(value.toLowerCase()))
    .map((offered) => ({ insert: `${name}:${offered} `, label: offered, detail: "" }));
  // A value that is written out is sent, although longer ones begin with it.
  return { kind: "value", items, selectsFirst: !values.some((offered) => offered === value.toLowerCase()) };
}

function soleArgument(
  { name, usage }: (typeof chatCommands)[number],
  word: string,
  tasks: readonly KnownTask[],
): Found | null {
  if (usage.includes("KEY-n")) return taskKeys(tasks.filter(fits[name] ?? (() => true)), word, "");
  const choices = /\b(\w+(?:\|\w+)+)$/.exec(usage)?.[1]?.split("|") ?? [];
  const items = choices
    .filter((choice) => choice.startsWith(word.toLowerCase()))
    .map((choice) => ({ insert: choice, label: choice, detail: "" }));
  return { kind: "value", items, selectsFirst: word !== "" };
}

const fits: Partial<Record<(typeof chatCommands)[number]["name"], (task: KnownTask) => boolean>> = {
  run: ({ status }) => isTaskMoveLegal("approve", status) || isTaskMoveLegal("queue", status),
  cancel: ({ status }) => isTaskMoveLegal("cancel", status),
  prompt: ({ status }) => status === "RUNNING",
};

/** By key, by number alone or by a word of the title. */
export function taskKeys(tasks: readonly KnownTask[], typed: string, prefix: string): Found {
  const wanted = typed.toLowerCase();
  const items = tasks
    .filter(
      ({ key, title }) =>
        key.toLowerCase().startsWith(wanted) || key.split("-")[1] === wanted || title.toLowerCase().includes(wanted),
    )
    .map(({ key, title }) => ({ insert: `${prefix}${key} `, label: key, detail: title }));
  const isWhole = tasks.some(({ key }) => key.toLowerCase() === wanted);
  return { kind: "task", items, selectsFirst: typed !== "" && !isWhole };
}
