import { cutText } from "@/lib/cut-text.ts";
import { DomainError } from "@/lib/errors.ts";

const depthMax = 100;

/** The names down to where something stands. A text is made of them only where it is refused. */
type Path = (string | number)[];

/**
 * Refuses what no column can hold, wherever it stands: NUL characters, halves of characters, nesting without end. It looks at every
 * value of a body before anybody knows what the caller may do, so it keeps nothing of what it has seen.
 */
export function refuseUnstorable(input: unknown): void {
  look(input, []);
}

/** Calls itself no deeper than what it allows. */
function look(value: unknown, path: Path): void {
  if (typeof value === "string") refuseText(value, path);
  if (typeof value !== "object" || value === null) return;
  if (path.length >= depthMax) throw refused(path, `Nested deeper than ${depthMax} levels`);
  if (Array.isArray(value)) for (let at = 0; at < value.length; at++) lookInto(value[at], at, path);
  else lookIntoMap(value as Record<string, unknown>, path);
}

function lookIntoMap(map: Record<string, unknown>, path: Path): void {
  for (const name of Object.keys(map)) {
    refuseText(name, path);
    lookInto(map[name], name, path);
  }
}

function lookInto(value: unknown, name: string | number, path: Path): void {
  path.push(name);
  look(value, path);
  path.pop();
}

const halfCharacter = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** In JSON a whole character stands as it is: one that is written as an escape is half of one. */
const unstorableEscape = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * As JSON, with a replacement character for what no column can hold, in names as well. For what a program said and what cannot be
 * refused any more: one session's last words must not keep the results of the others from being written.
 */
export const storableJson = (value: unknown): string => JSON.stringify(value).replace(unstorableEscape, "$1\ufffd");

function refuseText(text: string, path: Path): void {
  if (text.includes("\0")) throw refused(path, "May not contain a NUL character");
  if (halfCharacter.test(text)) throw refused(path, "Not valid Unicode text");
}

function refused(names: Path, message: string): DomainError {
  const path = cutText(names.join("."), 200);
  return new DomainError("VALIDATION_FAILED", `${path === "" ? "The input" : path}: ${message}.`, {
    issues: [{ path, message }],
  });
}
