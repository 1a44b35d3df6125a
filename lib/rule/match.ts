import picomatch from "picomatch";
import { asText, type RuleEvent, valueIn } from "@/lib/rule/event.ts";
import type { When } from "@/lib/rule/schema.ts";

/** Whether a rule is about what happened. */
export function matches(when: When, event: RuleEvent): boolean {
  if (when.source === "documents") {
    if (event.source !== "documents") return false;
    return when.on.includes(event.change) && isOneOf(foldersOpened(when.files), event.path) && isWhere(when, event);
  }
  if (event.source !== "operations") return false;
  const { documents, types } = when;
  return isOneOf(documents, event.document) && isOneOf(types, event.type) && isWhere(when, event);
}

/** `docs` and `docs/` mean what is in it; a name with a dot or a star is meant as it is. */
export const foldersOpened = (files: readonly string[]): string[] =>
  files
    .map((file) => file.replace(/^\.\//, ""))
    .flatMap((file) => (isFolder(file) ? [`${file.replace(/\/$/, "")}/**`] : file));

const isFolder = (file: string): boolean => file.endsWith("/") || !/[.*?[\]{}()!]/.test(file.replace(/^.*\//, ""));

function isOneOf(patterns: readonly string[], text: string): boolean {
  return patterns.length === 0 || picomatch([...patterns], { dot: true })(text);
}

const isWhere = ({ where }: When, event: RuleEvent): boolean =>
  Object.entries(where).every(([name, wanted]) => asText(valueIn(event, name)) === asText(wanted));
