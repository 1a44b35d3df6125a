import { escapeText, hasOpenFence, unescapeText, walk } from "@/lib/task/file/fences.ts";
import { tidy } from "@/lib/task/file/tidy.ts";

/** A part of what stands below the front matter. `head` is its heading with the line end, or "". Heads and texts make up the whole. */
export interface Part {
  kind: "title" | "own" | "instruction" | "sessions" | "log";
  head: string;
  text: string;
}

const sectionPattern = /^##\s+(instruction|sessions|log)\s*#*\s*$/i;

/** The parts in their order; or what is wrong. */
export function splitBody(body: string): Part[] | string {
  const lines = body.split("\n");
  if (hasOpenFence(lines)) return "a block of code is not closed.";
  const parts: Part[] = [{ kind: "own", head: "", text: "" }];
  for (const { line, index, isCode } of walk(lines)) {
    const whole = index === lines.length - 1 ? line : `${line}\n`;
    const last = parts.at(-1)!;
    const kind = isCode ? null : kindOf(line, parts);
    if (kind === null) last.text += whole;
    else if (kind === "own") parts.push({ kind, head: "", text: whole });
    else parts.push({ kind, head: whole, text: "" });
    if (kind === "title") parts.push({ kind: "own", head: "", text: "" });
  }
  return parts;
}

/** Which part a line begins; null: it goes on with the one before it. */
function kindOf(line: string, parts: readonly Part[]): Part["kind"] | null {
  const isFirst = parts.length === 1 && parts[0]!.text.trim() === "";
  if (isFirst && titleOf(line) !== null) return "title";
  const [, name] = sectionPattern.exec(line) ?? [];
  const section = name?.toLowerCase() as "instruction" | "sessions" | "log" | undefined;
  if (section !== undefined && !parts.some(({ kind }) => kind === section)) return section;
  // A second one of the same name is the person's own.
  return parts.at(-1)!.kind !== "own" && /^##?(\s|$)/.test(line) ? "own" : null;
}

export const titleOf = (line: string): string | null => /^#\s+(.+?)\s*#*\s*$/.exec(line)?.[1] ?? null;
/** The title where the body begins with it. */
export const headingIn = ([, first]: readonly Part[]): string | null =>
  first?.kind === "title" ? titleOf(first.head.trimEnd()) : null;
export const joinBody = (parts: readonly Part[]): string => parts.map(({ head, text }) => head + text).join("");

const endsInstruction = (line: string) => /^##?(\s|$)/.test(line);
const isOurs = (line: string, index: number) => sectionPattern.test(line) || (index === 0 && titleOf(line) !== null);

export const instructionIn = (parts: readonly Part[]): string | undefined => {
  const part = parts.find(({ kind }) => kind === "instruction");
  return part && unescapeText(tidy(part.text), endsInstruction);
};

export const asInstruction = (text: string): string => escapeText(text, endsInstruction);

/** What the person wrote around it. */
export const descriptionIn = (parts: readonly Part[]): string =>
  ownTexts(parts)
    .map((text) => unescapeText(text, isOurs))
    .join("\n\n");

const ownTexts = (parts: readonly Part[]) =>
  parts.flatMap(({ kind, text }) => (kind === "own" && tidy(text) !== "" ? [tidy(text)] : []));

/** Puts another description in. What stands after the instruction stays there where the new text still ends with it. */
export function putDescription(parts: readonly Part[], description: string): Part[] {
  const kept = parts.filter(({ kind, text }) => kind !== "own" || tidy(text) !== "");
  const after = kept.filter(
    (part, index) => part.kind === "own" && kept.slice(0, index).some(({ kind }) => isSection(kind)),
  );
  const tail = descriptionIn(after);
  const isKept = after.length > 0 && (description === tail || description.endsWith(`\n\n${tail}`));
  const before = isKept ? description.slice(0, -tail.length) : description;
  const rest = kept.filter((part) => part.kind !== "own" || (isKept && after.includes(part)));
  const own: Part = { kind: "own", head: "", text: `\n${escapeText(tidy(before), isOurs)}\n\n` };
  const at = rest[0]?.kind === "title" ? 1 : 0;
  const result = tidy(before) === "" ? rest : rest.toSpliced(at, 0, own);
  // Its first line may be read otherwise there than it was where it stood.
  return descriptionIn(reread(result)) === description ? result : putWhole(rest, description, at);
}

const isSection = (kind: Part["kind"]) => kind !== "own" && kind !== "title";
const reread = (parts: readonly Part[]): Part[] => {
  const read = splitBody(joinBody(parts));
  return typeof read === "string" ? [] : read;
};

function putWhole(rest: readonly Part[], description: string, at: number): Part[] {
  const own: Part = { kind: "own", head: "", text: `\n${escapeText(description, isOurs)}\n\n` };
  return rest.filter(({ kind }) => kind !== "own").toSpliced(at, 0, own);
}

/** Puts the text of a section in; "" removes one of ours. Where there is none it comes before those that follow in a new file. */
export function putSection(parts: readonly Part[], kind: "instruction" | "sessions" | "log", text: string): Part[] {
  const at = parts.findIndex((part) => part.kind === kind);
  if (at >= 0 && tidy(parts[at]!.text) === tidy(text)) return [...parts];
  if (text === "") return parts.filter((_, index) => index !== at);
  const head = at >= 0 ? parts[at]!.head : `## ${kind[0]!.toUpperCase()}${kind.slice(1)}\n`;
  const part: Part = { kind, head: head.endsWith("\n") ? head : `${head}\n`, text: `\n${text}\n\n` };
  if (at >= 0) return parts.with(at, part);
  const place =
    kind === "instruction"
      ? parts.findIndex((one) => isSection(one.kind))
      : kind === "sessions"
        ? parts.findIndex((one) => one.kind === "log")
        : -1;
  const spaced = parts.map((one) => one);
  const before = place < 0 ? spaced.length : place;
  const previous = spaced[before - 1];
  if (previous && !(previous.head + previous.text).endsWith("\n\n") && previous.head + previous.text !== "")
    spaced[before - 1] = {
      ...previous,
      text: `${previous.text}${(previous.head + previous.text).endsWith("\n") ? "\n" : "\n\n"}`,
    };
  return spaced.toSpliced(before, 0, part);
}
