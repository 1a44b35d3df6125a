import {
  type AgentDraft,
  agentDraftOf,
  agentFieldOf,
  agentOptionsOf,
  emptyAgent,
} from "@/components/task/agent-draft.ts";
import { countErrors } from "@/components/task/count-error.ts";
import {
  emptyPolicy,
  type PolicyDraft,
  policiesOf,
  policyDraftOf,
  policyErrors,
  policyFieldOf,
} from "@/components/task/policy-draft.ts";
import type { Problem } from "@/lib/client/api.ts";
import type { Task } from "@/lib/task/schema.ts";

/** The form of a new task, as it is typed. */
export interface NewTaskDraft {
  title: string;
  type: Task["type"];
  /** One line for a shell; used when `program` is empty. */
  line: string;
  /** A program started without a shell, its arguments one per line. */
  program: string;
  args: string;
  workingDirectory: string;
  /** `NAME=value`, one per line. */
  environment: string;
  prompt: string;
  agent: AgentDraft;
  description: string;
  priority: number;
  /** Separated by commas. */
  tags: string;
  timeoutSeconds: string;
  maxAttempts: string;
  policy: PolicyDraft;
  dependsOn: readonly Pick<Task, "id" | "key" | "title">[];
}

export const emptyDraft = (type: Task["type"]): NewTaskDraft => ({
  title: "",
  type,
  line: "",
  program: "",
  args: "",
  workingDirectory: "",
  environment: "",
  prompt: "",
  agent: emptyAgent,
  description: "",
  priority: 2,
  tags: "",
  timeoutSeconds: "",
  maxAttempts: "",
  policy: emptyPolicy,
  dependsOn: [],
});

/** A copy of a task's words; what has happened to it stays with it. */
export function draftOfCopy(task: Task): NewTaskDraft {
  const { command, args, workingDirectory, environment, prompt } = task.spec as Record<string, unknown>;
  const words = Array.isArray(args) ? args.map(String) : [];
  const isLine = command === "sh" && words.length === 2 && words[0] === "-c";
  return {
    ...emptyDraft(task.type),
    title: `${task.title} (copy)`.slice(0, 200),
    line: isLine ? words[1]! : "",
    program: isLine ? "" : textOf(command),
    args: isLine ? "" : words.join("\n"),
    workingDirectory: textOf(workingDirectory),
    environment: Object.entries((environment ?? {}) as Record<string, string>)
      .map(([name, value]) => `${name}=${value}`)
      .join("\n"),
    prompt: textOf(prompt),
    agent: agentDraftOf(task.spec),
    description: task.description,
    priority: Math.min(task.priority, 4),
    tags: task.tags.join(", "),
    policy: policyDraftOf(task),
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** The input of `task.create`, without the project. */
export function inputOf(draft: NewTaskDraft) {
  const { resources, retryPolicy } = policiesOf(draft.policy);
  const tags = [...new Set(draft.tags.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
  return {
    title: draft.title.trim(),
    type: draft.type,
    spec: specOf(draft),
    priority: draft.priority,
    ...(draft.description.trim() && { description: draft.description }),
    ...(tags.length > 0 && { tags }),
    ...(draft.timeoutSeconds && { timeoutSeconds: Number(draft.timeoutSeconds) }),
    ...(draft.maxAttempts && { maxAttempts: Number(draft.maxAttempts) }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(retryPolicy && { retryPolicy }),
    ...(draft.dependsOn.length > 0 && { dependsOn: draft.dependsOn.map(({ id }) => id) }),
  };
}

export function specOf(draft: NewTaskDraft): Record<string, unknown> {
  if (draft.type !== "cli")
    return draft.prompt.trim()
      ? { prompt: draft.prompt.trim(), ...agentOptionsOf(draft.type, draft.agent).options }
      : {};
  const place = {
    ...(draft.workingDirectory.trim() && { workingDirectory: draft.workingDirectory.trim() }),
    ...(draft.environment.trim() && { environment: environmentOf(draft.environment) }),
  };
  if (draft.program.trim()) return { command: draft.program.trim(), args: linesOf(draft.args), ...place };
  return draft.line.trim() ? { command: "sh", args: ["-c", draft.line.trim()], ...place } : {};
}

function environmentOf(text: string): Record<string, string> {
  const pairs = linesOf(text).map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1)];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** By field; those of resources and retries by the names of their own. */
export type FieldErrors = Partial<
  Record<Exclude<keyof NewTaskDraft, "agent"> | keyof AgentDraft | keyof PolicyDraft, string>
>;

/** What can be seen without asking the server. A draft may do without a command, a queued task may not. */
export function errorsOf(draft: NewTaskDraft, isQueued: boolean): FieldErrors {
  const wrong = draft.type === "cli" ? {} : agentOptionsOf(draft.type, draft.agent).errors;
  const errors: FieldErrors = { ...policyErrors(draft.policy), ...countErrors(draft), ...wrong };
  if (draft.title.trim() === "") errors.title = "Give it a title.";
  if (isQueued && Object.keys(specOf(draft)).length === 0) {
    if (draft.type === "cli") errors.line = "Say what to run, or create a draft.";
    else errors.prompt = "Say what the agent should do, or create a draft.";
  }
  return errors;
}

/** The server's issues under the fields they are about; `rest` is what belongs to none. */
export function errorsOfProblem(problem: Problem, draft: NewTaskDraft): { errors: FieldErrors; rest: string | null } {
  const issues = Array.isArray(problem.details.issues) ? problem.details.issues : [];
  const errors: FieldErrors = {};
  let isPlaced = issues.length > 0;
  for (const { path, message } of issues as { path?: string; message?: string }[]) {
    const field = policyFieldOf(String(path ?? "")) ?? fieldOf(String(path ?? ""), draft);
    if (field) errors[field] ??= message ?? "Not accepted";
    else isPlaced = false;
  }
  return { errors, rest: isPlaced ? null : problem.message };
}

function fieldOf(path: string, draft: NewTaskDraft): keyof FieldErrors | null {
  const [root = "", name = ""] = path.split(".");
  if (root !== "spec") return root in draft ? (root as keyof FieldErrors) : null;
  if (name === "workingDirectory" || name === "environment" || name === "prompt") return name;
  if (draft.type !== "cli") return agentFieldOf(name) ?? "prompt";
  if (name === "args" && draft.program) return "args";
  return draft.program ? "program" : "line";
}
