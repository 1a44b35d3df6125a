import { asText } from "@/lib/rule/event.ts";
import type { Rule, When } from "@/lib/rule/schema.ts";

const or = new Intl.ListFormat("en", { type: "disjunction" });
const and = new Intl.ListFormat("en", { type: "conjunction" });

/** What a rule does, in a sentence: `When docs is added or changed: creates “Carry out {{title}}”.` */
export function ruleSentence({ when, task }: Pick<Rule, "when" | "task">): string {
  const happened = when.source === "documents" ? documentsWords(when) : operationsWords(when);
  return `When ${happened}${whereWords(when)}: creates “${task.title}”${task.status === "DRAFT" ? " as a draft" : ""}.`;
}

function documentsWords({ files, on }: Extract<When, { source: "documents" }>): string {
  return `${patternWords(files, "any document")} is ${or.format(on)}`;
}

function operationsWords({ documents, types }: Extract<When, { source: "operations" }>): string {
  const about = documents.length === 0 ? "" : ` for ${patternWords(documents, "any document")}`;
  return `${patternWords(types, "any operation")} is posted${about}`;
}

/** Patterns with a ! take away from what the others name. */
function patternWords(patterns: readonly string[], any: string): string {
  const meant = patterns.filter((pattern) => !pattern.startsWith("!"));
  const not = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  return `${meant.length === 0 ? any : or.format(meant)}${not.length === 0 ? "" : ` but not ${or.format(not)}`}`;
}

function whereWords({ where }: When): string {
  const conditions = Object.entries(where).map(([name, value]) => `${name} is ${asText(value) || "empty"}`);
  return conditions.length === 0 ? "" : ` and ${and.format(conditions)}`;
}
