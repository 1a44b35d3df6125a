import { readFileSync } from "node:fs";
import { nearest } from "@/lib/nearest.ts";
import type { Field } from "./catalogue.ts";
import { usage } from "./failure.ts";

/** All of stdin, for the value that is given as `-`. */
export type ReadStdin = () => string;

/** Read beforehand, given out once. Throws VALIDATION_FAILED when a second value asks for it. */
export function stdinOnce(text: string): ReadStdin {
  let isTaken = false;
  return () => {
    if (isTaken) throw usage("Only one value can come from stdin (-).");
    isTaken = true;
    return text;
  };
}

/** The value that the API takes for what was typed. Throws VALIDATION_FAILED that says what was expected. */
export function fieldValue(field: Field, given: string[], readStdin: ReadStdin): unknown {
  if (field.kind === "list") return listValue(field, given, readStdin);
  if (field.kind === "object") return objectValue(field, given, readStdin);
  const text = given.at(-1) ?? "";
  if (field.kind === "boolean") return booleanValue(field, text);
  if (field.kind === "number") return numberValue(field, text);
  if (field.choices !== undefined) return choiceOf(field, field.choices, text);
  return textValue(text, readStdin);
}

/** A line end at the end of a file or of stdin is not meant. An @ that names no file is a word like others. */
function textValue(text: string, readStdin: ReadStdin): string {
  return text === "-" ? readStdin().replace(/\n$/, "") : text;
}

function numberValue(field: Field, text: string): number {
  const word = field.words?.[text.toLowerCase() === "normal" ? "medium" : text.toLowerCase()];
  if (word !== undefined) return word;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number)) return number;
  if (field.words !== undefined) return field.words[choiceOf(field, Object.keys(field.words), text)]!;
  throw wrong(field, `a number, not "${text}"`);
}

function booleanValue(field: Field, text: string): boolean {
  if (/^(true|on|yes|1)$/i.test(text)) return true;
  if (/^(false|off|no|0)$/i.test(text)) return false;
  throw wrong(field, `on or off, not "${text}"`);
}

/** Small letters will do, and _ may be -. */
function choiceOf(field: Field, choices: string[], text: string): string {
  const plain = (word: string) => word.toLowerCase().replaceAll("_", "-");
  const found = choices.find((choice) => plain(choice) === plain(text));
  if (found !== undefined) return found;
  throw wrong(field, `one of ${choices.join(", ")}; did you mean ${nearest(text, choices)}?`);
}

/** Given several times, with commas, or as JSON. Commas part entries only where no entry can hold one. */
function listValue(field: Field, given: string[], readStdin: ReadStdin): unknown[] {
  return given.flatMap((text) => {
    const json = jsonOf(field, text, readStdin);
    if (json !== undefined) return entriesOf(field, json);
    if (field.isOfObjects) throw wrong(field, "JSON, @file or - for stdin");
    const entries = text.split(",").map((entry) => entry.trim());
    return entries
      .filter((entry) => entry !== "")
      .map((entry) => (field.choices ? choiceOf(field, field.choices, entry) : entry));
  });
}

/** A list, or an object that holds it under the field's own name. */
function entriesOf(field: Field, json: unknown): unknown[] {
  const inside = (json as Record<string, unknown> | null)?.[field.name] ?? json;
  if (Array.isArray(inside)) return inside;
  throw wrong(field, "a JSON array");
}

/** JSON, or as often as wanted `name=value`, and `name:=json` where a value is no text. */
function objectValue(field: Field, given: string[], readStdin: ReadStdin): unknown {
  const parts = given.map((text) => jsonOf(field, text, readStdin) ?? pairOf(field, text));
  if (parts.length === 1) return parts[0];
  return Object.assign({}, ...parts);
}

function pairOf(field: Field, text: string): Record<string, unknown> {
  const [, name, sign, value = ""] = /^([A-Za-z_][\w.-]*)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw wrong(field, 'JSON such as \'{"name": "value"}\', name=value, @file or - for stdin');
  if (sign === "=") return { [name]: pairValue(field, name, value) };
  const json = parsed(value);
  if (json === undefined) throw wrong(field, `JSON behind ${name}:=, and ${value} is none`);
  return { [name]: json };
}

/** By what is known of that name; of a free one it is text, unless it is plainly a list or an object. */
function pairValue({ name: field, properties }: Field, name: string, text: string): unknown {
  if (properties === undefined) return /^\s*[[{]/.test(text) ? (parsed(text) ?? text) : text;
  const value = properties[name];
  if (value === undefined)
    throw usage(`${field} has no ${name}. Did you mean ${nearest(name, Object.keys(properties))}?`);
  if (text === "null" && value.isNullable) return null;
  const inside = { ...value, name: `${field}.${name}`, isRequired: false, isInPath: false };
  return fieldValue(inside, [text], () => "-");
}

/** undefined: it is no JSON and not meant as such. */
function jsonOf(field: Field, text: string, readStdin: ReadStdin): unknown {
  const source = text === "-" ? readStdin() : text.startsWith("@") ? readFrom(field, text.slice(1)) : text;
  const isMeant = source !== text || /^\s*[[{]/.test(text);
  if (!isMeant) return undefined;
  const json = parsed(source);
  if (json === undefined) throw wrong(field, `JSON, and ${source === text ? "this" : text} is not valid`);
  return json;
}

function readFrom(field: Field, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw wrong(field, `a file that can be read, and ${path} is not (${(thrown as NodeJS.ErrnoException).code})`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const wrong = (field: Field, expected: string) =>
  usage(`${field.name}: expected ${expected}.`, { issues: [{ path: field.name, message: `Expected ${expected}` }] });
