import { type AgentDraft, agentDraftOf, agentFieldOf, agentOptionsOf } from "@/components/task/agent-draft.ts";
import { commandLine, splitCommandLine } from "@/components/task/command-line.ts";
import type { Task, TaskType } from "@/lib/task/schema.ts";

/** What a task runs, as the texts of a form. The shape of both kinds, so that changing the type loses nothing typed. */
export interface SpecDraft {
  type: TaskType;
  command: string;
  workingDirectory: string;
  /** `NAME=value`, one per line. */
  environment: string;
  prompt: string;
  agent: AgentDraft;
}

export type SpecField = Exclude<keyof SpecDraft, "type"> | keyof AgentDraft;
export type SpecErrors = Partial<Record<SpecField, string>>;

const text = (value: unknown) => (typeof value === "string" ? value : "");
const entries = (value: unknown) => Object.entries((value ?? {}) as Record<string, unknown>);

export function toDraft(type: TaskType, spec: Record<string, unknown>): SpecDraft {
  const { command, args, workingDirectory, environment, prompt } = spec;
  return {
    type,
    command: text(command) && commandLine(text(command), Array.isArray(args) ? args.map(String) : []),
    workingDirectory: text(workingDirectory),
    environment: entries(environment)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join("\n"),
    prompt: text(prompt),
    agent: agentDraftOf(spec),
  };
}

/** The form as it is kept, with what its edit began on: as text, since no two specs have the same fields. */
export interface KeptSpec extends SpecDraft {
  base: string;
}

export const keptSpecOf = (task: Pick<Task, "type" | "spec">): KeptSpec => ({
  ...toDraft(task.type, task.spec),
  base: baseOf(task),
});

/** What an edit that begins now begins on. */
export const baseOf = ({ type, spec }: Pick<Task, "type" | "spec">): string => JSON.stringify({ type, spec });

type Parsed = { spec: Record<string, unknown>; errors?: never } | { spec?: never; errors: SpecErrors };

export function fromDraft(draft: SpecDraft): Parsed {
  return draft.type === "cli" ? commandOf(draft) : agentOf(draft);
}

function commandOf(draft: SpecDraft): Parsed {
  const errors: SpecErrors = {};
  const words = splitCommandLine(draft.command.trim());
  if (words === null) errors.command = "A quote is left open.";
  else if (!words[0]) errors.command = "Say what to run, such as: npm test";
  const environment = environmentOf(draft.environment);
  if (typeof environment === "string") errors.environment = environment;
  const directory = draft.workingDirectory.trim();
  if (directory.startsWith("/") || directory.split(/[\\/]/).includes(".."))
    errors.workingDirectory = "A path inside the repository: relative and without '..'.";
  if (words === null || Object.keys(errors).length > 0) return { errors };
  const [command, ...args] = words;
  return {
    spec: {
      command,
      ...(args.length > 0 && { args }),
      ...(directory && { workingDirectory: directory }),
      ...(Object.keys(environment).length > 0 && { environment }),
    },
  };
}

/** The variables, or the sentence about the first line that is none. */
function environmentOf(lines: string): Record<string, string> | string {
  const found: Record<string, string> = {};
  for (const line of lines.split("\n")) {
    if (line.trim() === "") continue;
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return `Not NAME=value: ${line.trim().slice(0, 40)}`;
    if (name.startsWith("RUNBOARD_")) return "Names that start with RUNBOARD_ are set by Runboard itself.";
    found[name] = value;
  }
  return found;
}

function agentOf(draft: SpecDraft): Parsed {
  const { options, errors: wrong } = agentOptionsOf(draft.type, draft.agent);
  const errors: SpecErrors = { ...wrong };
  if (draft.prompt.trim() === "") errors.prompt = "Say what the agent is to do.";
  return Object.keys(errors).length > 0 ? { errors } : { spec: { prompt: draft.prompt, ...options } };
}

const fieldOfPath: Record<string, SpecField> = {
  command: "command",
  args: "command",
  workingDirectory: "workingDirectory",
  environment: "environment",
  prompt: "prompt",
};

/** The server's complaints under the fields they belong to. `details` is that of VALIDATION_FAILED. */
export function errorsOfIssues(details: Record<string, unknown>, type: TaskType): SpecErrors {
  const issues = Array.isArray(details.issues) ? (details.issues as { path?: unknown; message?: unknown }[]) : [];
  const errors: SpecErrors = {};
  for (const { path, message } of issues) {
    const [root, name = ""] = String(path ?? "").split(".");
    if (root !== "spec") continue;
    const field = fieldOfPath[name] ?? (type === "cli" ? "command" : (agentFieldOf(name) ?? "prompt"));
    errors[field] ??= `${String(message ?? "Not accepted")}.`.replace(/([.?!])\.$/, "$1");
  }
  return errors;
}
