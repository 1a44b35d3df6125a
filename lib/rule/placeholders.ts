import { DomainError } from "@/lib/errors.ts";
import { nearest } from "@/lib/nearest.ts";
import { asText, namesOf, type RuleEvent, valueIn } from "@/lib/rule/event.ts";
import type { RuleTask, When } from "@/lib/rule/schema.ts";

const placeholder = /\{\{\s*([A-Za-z][\w.-]*)\s*\}\}/g;

/** A text with what happened in it. */
export const fill = (text: string, event: RuleEvent): string =>
  text.replace(placeholder, (_, name: string) => asText(valueIn(event, name)));

/** Every text of a value filled, whatever the value's shape; names of fields stay as they are. */
export function fillAll<Value>(value: Value, event: RuleEvent): Value {
  if (typeof value === "string") return fill(value, event) as Value;
  if (Array.isArray(value)) return value.map((one) => fillAll(one, event)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fillAll(inner, event)])) as Value;
}

/** Throws VALIDATION_FAILED, with where it stands, for a name the source does not have, and for a placeholder whose words would be run. */
export function checkTemplate({ source, where }: When, task: RuleTask): void {
  const known = namesOf[source];
  const isKnown = (name: string) =>
    known.some((one) => (one.endsWith(".") ? name.startsWith(one) && name !== one : name === one));
  const conditions = Object.keys(where).map((name) => ({ name, path: `when.where.${name}` }));
  for (const { name, path } of [...namesIn(task, "task"), ...conditions]) {
    if (isKnown(name)) continue;
    const near = nearest(name, [...known]);
    throw invalid(
      path,
      `{{${name}}} says nothing here: a rule about ${source} knows ${known.map(shown).join(", ")}.${near ? ` Did you mean ${shown(near)}?` : ""}`,
    );
  }
  refuseRunWords(task.spec ?? {});
}

const shown = (name: string): string => (name.endsWith(".") ? `${name}<field>` : name);

/** Every placeholder in a value, with the way to the text it stands in. */
function namesIn(value: unknown, path: string): { name: string; path: string }[] {
  if (typeof value === "string") return [...value.matchAll(placeholder)].map(([, name]) => ({ name: name!, path }));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => namesIn(inner, `${path}.${field}`));
}

const hasNames = (text: unknown): boolean => namesIn(text, "").length > 0;

const interpreter = /(^|\/)(sh|bash|dash|ash|zsh|ksh|fish|python[\d.]*|node|deno|bun|perl|ruby|php)$/;
const takesScript = /^(-\w*c|-e|-E|-p|-r|--eval|--print|--command)$/;

/** A document's words are data. In a command, or in the script of a shell, they would be a program. */
function refuseRunWords({ command, args }: Record<string, unknown>): void {
  if (hasNames(command))
    throw invalid(
      "task.spec.command",
      "A placeholder in the command itself would run what a document says. Put it into an argument.",
    );
  const words = [command, ...(Array.isArray(args) ? args : [])].map(asText);
  const isScript = (index: number) =>
    index > 1 &&
    takesScript.test(words[index - 1]!) &&
    words.slice(0, index - 1).some((word) => interpreter.test(word));
  if (words.some((word, index) => isScript(index) && hasNames(word)))
    throw invalid(
      "task.spec.args",
      "A placeholder in a script would run what a document says. Give it as an argument behind the script, which names it $1.",
    );
}

const invalid = (path: string, message: string): DomainError =>
  new DomainError("VALIDATION_FAILED", message, { issues: [{ path, message }] });
