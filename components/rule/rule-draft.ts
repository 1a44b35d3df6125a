import { countError, countErrors } from "@/components/task/count-error.ts";
import { fromDraft, type SpecDraft, type SpecField, toDraft } from "@/components/task/spec-draft.ts";
import type { NewRule } from "@/lib/client/rule-mutations.ts";
import { asText } from "@/lib/rule/event.ts";
import type { DocumentChange, Limits, Rule, RuleTask, When } from "@/lib/rule/schema.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** A rule as it is typed. Both sources are kept, so that changing the source loses nothing. */
export interface RuleDraft {
  name: string;
  source: When["source"];
  /** Patterns, one per line; the next two likewise. */
  files: string;
  on: readonly DocumentChange[];
  existing: boolean;
  documents: string;
  types: string;
  /** `name = value`, one per line. */
  where: string;
  title: string;
  description: string;
  spec: SpecDraft;
  priority: number;
  /** Separated by commas. */
  tags: string;
  status: RuleTask["status"];
  area: string;
  assignee: string;
  /** Keys of tasks, separated by commas. */
  dependsOn: string;
  timeoutSeconds: string;
  maxAttempts: string;
  writeBack: boolean;
  maxDepth: string;
  maxPerHour: string;
  accepts: Limits["accepts"];
  oneAtATime: boolean;
}

/** What holds where nobody chose. */
export const usualLimits: Limits = { maxDepth: 3, maxPerHour: 30, accepts: ["outside", "tasks"], oneAtATime: true };
const usualPriority = 2;

export const emptyRule = (type: TaskType): RuleDraft => ({
  ...{ name: "", source: "documents", files: "", on: ["added", "changed"], existing: false, documents: "", types: "" },
  ...{ where: "", title: "", description: "", spec: toDraft(type, {}), priority: usualPriority, tags: "" },
  ...{ area: "", assignee: "", dependsOn: "", timeoutSeconds: "", maxAttempts: "" },
  ...{ status: "APPROVED", writeBack: false },
  ...limitTexts(usualLimits),
});

/** `usualType`: that of a task which names none. */
export function draftOf({ name, when, task, limits, writeBack }: Rule, usualType: TaskType): RuleDraft {
  const empty = emptyRule(usualType);
  const about =
    when.source === "documents"
      ? { files: when.files.join("\n"), on: when.on, existing: when.existing }
      : { documents: when.documents.join("\n"), types: when.types.join("\n") };
  const where = Object.entries(when.where).map(([field, value]) => `${field} = ${asText(value)}`);
  const spec = toDraft(task.type ?? usualType, task.spec ?? {});
  return {
    ...empty,
    ...{ name, source: when.source, ...about, where: where.join("\n"), writeBack, ...limitTexts(limits) },
    ...{ title: task.title, description: task.description ?? "", status: task.status },
    ...{ priority: task.priority ?? usualPriority, tags: (task.tags ?? []).join(", ") },
    ...{ area: task.area ?? "", assignee: task.assignee ?? "", dependsOn: (task.dependsOn ?? []).join(", ") },
    ...{ timeoutSeconds: asCount(task.timeoutSeconds), maxAttempts: asCount(task.maxAttempts) },
    spec: { ...spec, command: withoutQuotes(spec.command) },
  };
}

const asCount = (count: number | undefined): string => (count === undefined ? "" : String(count));

const limitTexts = ({ maxDepth, maxPerHour, accepts, oneAtATime }: Limits) => ({
  ...{ maxDepth: String(maxDepth), maxPerHour: String(maxPerHour), accepts, oneAtATime },
});

/** A placeholder is one word with and without quotes, and easier to read without. */
const withoutQuotes = (line: string) => line.replaceAll(/(?<=^|\s)'(\{\{[\w.-]+\}\})'(?=\s|$)/g, "$1");
/** `{{ path }}` would be three words. */
const withoutSpaces = (line: string) => line.replaceAll(/\{\{\s*([\w.-]+)\s*\}\}/g, "{{$1}}");

/** By field; those of what is run by the names of their own. */
export type RuleErrors = Partial<Record<Exclude<keyof RuleDraft, "spec"> | SpecField, string>>;
type Read = { rule: Required<Omit<NewRule, "isEnabled">>; errors?: never } | { rule?: never; errors: RuleErrors };

/** What is sent, or what can be seen to be wrong without asking the server. */
export function readDraft(draft: RuleDraft): Read {
  const where = conditionsOf(draft.where);
  const spec = specOf(draft);
  const limits = limitsOf(draft);
  const errors: RuleErrors = {
    ...(draft.name.trim() === "" && { name: "Give it a name." }),
    ...(typeof where === "string" && { where }),
    ...(draft.title.trim() === "" && { title: "Say what its tasks are called." }),
    ...spec.errors,
    ...limits.errors,
    ...countErrors(draft),
  };
  if (draft.source === "documents" && linesOf(draft.files).length === 0)
    errors.files = "Name at least one, such as docs/**/*.md";
  if (draft.source === "documents" && draft.on.length === 0) errors.on = "Choose at least one.";
  if (Object.keys(errors).length > 0 || typeof where === "string" || limits.errors) return { errors };
  const { name, title, description, priority, status, writeBack } = draft;
  const [area, assignee] = [draft.area.trim(), draft.assignee.trim()];
  const [tags, dependsOn] = [namesOf(draft.tags), namesOf(draft.dependsOn)];
  const task: RuleTask = {
    ...{ title: title.trim(), type: draft.spec.type, priority, tags, status },
    ...(description.trim() && { description }),
    ...(spec.spec && { spec: spec.spec }),
    ...{ ...(area && { area }), ...(assignee && { assignee }), ...(dependsOn.length > 0 && { dependsOn }) },
    ...(draft.timeoutSeconds.trim() && { timeoutSeconds: Number(draft.timeoutSeconds) }),
    ...(draft.maxAttempts.trim() && { maxAttempts: Number(draft.maxAttempts) }),
  };
  return { rule: { name: name.trim(), when: whenOf(draft, where), task, limits: limits.limits, writeBack } };
}

function whenOf({ source, ...draft }: RuleDraft, where: Record<string, string>): When {
  if (source === "documents")
    return { source, files: linesOf(draft.files), on: [...draft.on], existing: draft.existing, where };
  return { source, documents: linesOf(draft.documents), types: linesOf(draft.types), where };
}

/** Between commas, each once. */
const namesOf = (text: string): string[] => [...new Set(text.split(",").flatMap((name) => name.trim() || []))];

const linesOf = (text: string): string[] => text.split("\n").flatMap((line) => line.trim() || []);

/** The conditions, or the sentence about the first line that is none. */
function conditionsOf(text: string): Record<string, string> | string {
  const pairs: [string, string][] = [];
  for (const line of linesOf(text)) {
    const at = line.indexOf("=");
    if (at < 1) return `Not name = value: ${line.slice(0, 40)}`;
    pairs.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return Object.fromEntries(pairs);
}

/** A draft may do without: somebody completes it. */
function specOf({ status, spec }: RuleDraft): { spec?: Record<string, unknown>; errors?: RuleErrors } {
  const isBlank = (spec.type === "cli" ? spec.command : spec.prompt).trim() === "";
  if (status === "DRAFT" && isBlank) return {};
  return fromDraft({ ...spec, command: withoutSpaces(spec.command) });
}

const ranges = { maxDepth: 10, maxPerHour: 1000 } as const;

function limitsOf(draft: RuleDraft): { limits: Limits; errors?: never } | { errors: RuleErrors } {
  const errors: RuleErrors = {};
  for (const name of ["maxDepth", "maxPerHour"] as const) {
    const wrong = countError(draft[name], ranges[name]);
    if (wrong !== null) errors[name] = wrong;
  }
  if (draft.accepts.length === 0) errors.accepts = "Choose at least one.";
  if (Object.keys(errors).length > 0) return { errors };
  const { accepts, oneAtATime } = draft;
  return {
    limits: { ...{ maxDepth: Number(draft.maxDepth), maxPerHour: Number(draft.maxPerHour) }, accepts, oneAtATime },
  };
}
