import { DomainError } from "@/lib/errors.ts";

const depthMax = 100;

/**
 * Refuses what no column can hold, wherever it stands: NUL characters, halves of characters, nesting without end.
 * Walks without recursion, so that depth itself does no harm.
 */
export function refuseUnstorable(input: unknown): void {
  const ahead: { value: unknown; path: string; depth: number }[] = [{ value: input, path: "", depth: 0 }];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { value, path, depth } = next;
    if (typeof value === "string") refuseText(value, path);
    if (typeof value !== "object" || value === null) continue;
    if (depth >= depthMax) throw refused(path.slice(0, 200), `Nested deeper than ${depthMax} levels`);
    for (const [key, inner] of Object.entries(value)) {
      refuseText(key, path);
      ahead.push({ value: inner, path: path === "" ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
}

const halfCharacter = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const unstorable = new RegExp(`${halfCharacter.source}|\0`, "g");

/**
 * As JSON, with a replacement character for what no column can hold. For what a program said and what cannot be refused any more:
 * one session's last words must not keep the results of the others from being written.
 */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "string" ? inner.replace(unstorable, "\ufffd") : inner,
  );

function refuseText(text: string, path: string): void {
  if (text.includes("\0")) throw refused(path, "May not contain a NUL character");
  if (halfCharacter.test(text)) throw refused(path, "Not valid Unicode text");
}

const refused = (path: string, message: string): DomainError =>
  new DomainError("VALIDATION_FAILED", `${path === "" ? "The input" : path}: ${message}.`, {
    issues: [{ path, message }],
  });
