import type { DocumentChange } from "@/lib/rule/schema.ts";

/** What happened to a document of the working tree. */
export interface DocumentEvent {
  source: "documents";
  path: string;
  change: DocumentChange;
  title: string;
  /** Of a removed document: nothing. */
  text: string;
  /** Its front matter, as text. */
  front: Record<string, string>;
}

/** What somebody posted. */
export interface OperationEvent {
  source: "operations";
  id: string;
  document: string;
  type: string;
  input: Record<string, unknown>;
  /** A session said so: what it adds to the board waits for a person, unless the project says otherwise. */
  isOfSession?: true;
}

export type RuleEvent = DocumentEvent | OperationEvent;

export const subjectOf = (event: RuleEvent): string => (event.source === "documents" ? event.path : event.document);
export const whatOf = (event: RuleEvent): string => (event.source === "documents" ? event.change : event.type);

/** What placeholders and conditions of a source may name; a name that ends with a dot stands for all below it. */
export const namesOf = {
  documents: ["path", "name", "title", "change", "text", "front."],
  operations: ["id", "document", "type", "input", "input."],
} as const;

/** The value of a name; undefined where the event says nothing of it. */
export function valueIn(event: RuleEvent, name: string): unknown {
  const [first, ...rest] = name.split(".");
  if (event.source === "documents") {
    if (first === "front") return ownOf(event.front, rest.join("."));
    if (first === "name") return nameOf(event.path);
    return rest.length === 0 ? ownOf(event, first!) : undefined;
  }
  if (first !== "input") return rest.length === 0 ? ownOf(event, first!) : undefined;
  let value: unknown = event.input;
  for (const part of rest) value = ownOf(value, part);
  return value;
}

const ownOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** docs/plan.md → plan */
export const nameOf = (path: string): string => path.replace(/^.*\//, "").replace(/(?<=.)\.[^.]*$/, "");

/** As it stands in a text. */
export const asText = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
