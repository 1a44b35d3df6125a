import { Argument, type Command, Option } from "commander";
import type { CliOperation, Field } from "./catalogue.ts";
import { optionsOf } from "./common-options.ts";
import { type Reference, setOffer } from "./complete.ts";
import { examplesOf } from "./examples.ts";
import { verbFooter } from "./help-texts.ts";
import { newCommand } from "./new-command.ts";
import { isExport, isJournal, isLog, takesWait } from "./own-behaviour.ts";
import { argumentName, optionFields, optionName, positionals } from "./positionals.ts";

type Act = (places: string[], options: Record<string, unknown>) => Promise<void>;

/** One operation of the catalogue as a command: arguments, options and help from its description. */
export function operationCommand(operation: CliOperation, act: Act): Command {
  const command = newCommand(operation.verb).description(operation.summary);
  for (const argument of argumentsOf(operation)) command.addArgument(argument);
  for (const field of optionFields(operation))
    for (const option of fieldOptions(field, operation)) command.addOption(option);
  for (const option of ownOptions(operation)) command.addOption(option);
  command.addOption(outputOption("--json", "print the answer of the API, as it is"));
  command.addOption(outputOption("--no-color", "no colours, as with NO_COLOR"));
  command.addHelpText("after", () => footerOf(operation));
  // What is too much or missing is told apart by who knows that the project may be left out.
  return command.allowExcessArguments().action((...all) => {
    const self = all.at(-1) as Command;
    return act(self.args, optionsOf(self));
  });
}

function footerOf({ name, fields }: CliOperation): string {
  const examples = examplesOf(name).map((line) => `\n  $ ${line}`);
  return [
    ...fields.map(namesIn).filter((text) => text !== ""),
    ...(examples.length > 0 ? [`\nExamples:${examples.join("")}`] : []),
    verbFooter,
  ].join("\n");
}

/** A place is optional where the field may be an option instead, and before others where the project may be left out. */
function argumentsOf(operation: CliOperation): Argument[] {
  const fields = positionals(operation);
  const hasProject = fields[0]?.name === "projectId";
  return fields.map((field) => {
    const isOptional = hasProject || !field.isInPath;
    const name = `${argumentName(field)}${field.kind === "list" || field.kind === "object" ? "..." : ""}`;
    const argument = new Argument(isOptional ? `[${name}]` : `<${name}>`, aboutArgument(field, operation));
    return offering(argument, field);
  });
}

const hints: Record<string, string> = {
  projectId: "project id or key; else --project, RUNBOARD_PROJECT, the current directory's",
  taskId: "task id or key such as DEMO-12",
  dependsOnId: "the task it waits for",
  sessionId: "session id or the beginning of one, DEMO-12 (its newest) or DEMO-12/2 (its second attempt)",
};

function aboutArgument(field: Field, operation: CliOperation): string {
  const about = isFilter(field, operation) ? filterWords : (hints[field.name] ?? field.description ?? nounOf(field));
  return field.isInPath || field.kind !== "text" || field.choices || /.Id$/.test(field.name)
    ? about
    : `${about}; - reads it from stdin`;
}

function fieldOptions(field: Field, operation: CliOperation): Option[] {
  const name = optionName(field);
  if (field.kind === "boolean") return booleanOptions(field, operation);
  const option = new Option(`--${name} <${placeholder(field)}>`, aboutOption(field, operation)).argParser(collect);
  offering(option, field);
  const literal = field.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [
    option,
    ...(field.isNullable ? [new Option(`--no-${name}`, "take it away")] : []),
    ...(literal === name ? [] : [aliasOption(`--${literal} <id>`, name)]),
  ];
}

/** The API's own name does as well: --project-id is --project. */
function aliasOption(flags: string, name: string): Option {
  return Object.assign(new Option(flags).hideHelp().argParser(collect), { attributeName: () => camel(name) });
}

function booleanOptions(field: Field, { method }: CliOperation): Option[] {
  const name = optionName(field);
  const about = aboutOption(field);
  const isOn = field.default === true;
  const on = new Option(`--${name}`, isOn ? "(default)" : about);
  const off = new Option(`--no-${name}`, isOn ? about.replace(/^false: /, "") : "turn it off");
  if (field.isRequired) return [new Option(`--${name} <on|off>`, about).argParser(collect)];
  // What an edit leaves out stays as it is, so off has to be said; elsewhere it seldom has.
  return [on, isOn || method === "PATCH" ? off : off.hideHelp()];
}

/** Given several times it is a list; one that counts once is the last. */
const collect = (text: string, before: unknown): string[] => [...(Array.isArray(before) ? before : []), text];

function placeholder({ name, kind, words, choices, isOfObjects }: Field): string {
  if (/.Id$/.test(name)) return argumentName({ name });
  if (isOfObjects || kind === "object") return "json";
  if (words !== undefined || (choices !== undefined && kind === "text")) return "word";
  return kind === "list" ? "a,b" : kind === "number" ? "n" : "text";
}

function aboutOption(field: Field, operation?: CliOperation): string {
  const words = wordsOf(field);
  return [
    isFilter(field, operation)
      ? filterWords
      : (ownWords[field.name] ?? hints[field.name] ?? field.description ?? nounOf(field)),
    words === undefined ? "" : `(${words.join(", ")})`,
    field.kind === "object" ? "(JSON, name=value, @file, -)" : "",
    field.default === undefined || field.kind === "boolean" ? "" : `(default: ${String(field.default)})`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** What an object may hold, where that is known. */
function namesIn({ name, properties }: Field): string {
  if (properties === undefined) return "";
  const lines = Object.entries(properties).map(
    ([one, { kind, choices }]) => `  ${one}=${choices?.join("|") ?? samples[kind]}`,
  );
  return `\nNames in ${name}:\n${lines.join("\n")}`;
}
const samples: Record<Field["kind"], string> = {
  text: "text",
  number: "n",
  boolean: "on|off",
  list: "a,b",
  object: "json",
};

const isFilter = (field: Field, operation?: CliOperation): boolean =>
  field.name === "projectId" && !field.isRequired && operation?.isWrite === false;
const filterWords = "only of this project; else RUNBOARD_PROJECT, the current directory's";

/** Where the API's description speaks of how it is encoded. */
const ownWords: Record<string, string> = {
  priority: "what goes first",
  parentId: "the task it is a part of, by its id",
  repoPath: "path of its repository on the orchestrator's machine; a relative one begins at the current directory",
  status: "status",
  type: "type",
  description: "in Markdown; - reads it from stdin",
  cursor: "nextCursor of the page before",
  limit: "how many at once, at most 200",
};

const wordsOf = ({ words, choices }: Field): string[] | undefined =>
  words === undefined ? choices : Object.keys(words);

const nounOf = ({ name }: Field): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** What the server knows the words of. */
const references: Record<string, Reference> = {
  projectId: "project",
  taskId: "task",
  dependsOn: "task",
  dependsOnId: "task",
  sessionId: "session",
};

/** Words are only offered: the value is checked when it is read, which knows small letters and what was meant. */
function offering<Target extends Argument | Option>(target: Target, field: Field): Target {
  const reference = references[field.name] ?? null;
  setOffer(target, { words: wordsOf(field) ?? [], reference, isList: field.kind === "list" });
  return target;
}

/** Where no project is named a list is of all of them, and a queue is emptied of all; a new task has to be in one. */
const isOfManyProjects = ({ name: operation, isWrite, fields }: CliOperation): boolean =>
  (!isWrite || operation === "queue.clear") &&
  fields.some(({ name, isRequired }) => name === "projectId" && !isRequired);

/** What the command line adds to an operation. */
function ownOptions(operation: CliOperation): Option[] {
  return [
    ...(isOfManyProjects(operation) ? [new Option("--all-projects", "of all projects, wherever this is called")] : []),
    ...(operation.isPaged ? [new Option("--all", "all pages")] : []),
    ...(isLog(operation) ? [new Option("-f, --follow", "go on until the session has ended")] : []),
    ...(isJournal(operation) ? [new Option("-f, --follow", "go on with what happens, until Ctrl-C")] : []),
    ...(isExport(operation)
      ? [
          new Option("--directory <path>", "write every card there as a file, all pages"),
          new Option("--force", "with --directory: write over files that say something else"),
        ]
      : []),
    ...(takesWait(operation)
      ? [
          new Option("-w, --wait", "wait for the end of the task; 1 when it failed"),
          new Option("--timeout <time>", "with --wait: give up after 90s, 10m, 2h, with 124"),
        ]
      : []),
    ...(operation.isDestructive ? [new Option("-y, --yes", "do not ask")] : []),
    ...(operation.isKeyed
      ? [new Option("--idempotency-key <key>", "the same call with the same key happens once")]
      : []),
  ];
}

const outputOption = (flags: string, about: string): Option => new Option(flags, about).helpGroup("Output:");
