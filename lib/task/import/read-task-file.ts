import { parseDocument } from "yaml";
import { descriptionIn, headingIn, instructionIn, type Part, splitBody } from "@/lib/task/file/body.ts";
import { cut } from "@/lib/task/file/cut.ts";
import { closeOf } from "@/lib/task/file/fences.ts";
import { readInstruction } from "@/lib/task/file/instruction.ts";
import { tidy } from "@/lib/task/file/tidy.ts";
import { readRecords } from "@/lib/task/import/read-records.ts";
import { nothingRead, type Reading } from "@/lib/task/import/reading.ts";
import { shellSpec } from "@/lib/task/spec-from-title.ts";

/** Between several task files in one text: the name of the one that follows. */
export const fileMark = (name: string): string => `<!-- file: ${name} -->`;
const mark = /^<!-- file: (.+?) -->$/;

/** Whether a text is a task file, or several: front matter between two lines of hyphens, then Markdown. */
export const isTaskFile = (text: string): boolean =>
  /^\s*(<!-- file: .+? -->\s*)?---\r?\n[\s\S]*?\n---(\r?\n|\s*$)/.test(text);

/** Task files: one, or several each after its mark. What waits for another names its file, its key or its title. */
export function readTaskFiles(text: string, fileName: string | null): Reading {
  const files = split(text, fileName ?? "task.md");
  const records: Record<string, unknown>[] = [];
  const remarks: Reading["remarks"] = [];
  for (const [index, { name, body }] of files.entries()) {
    const record = recordOf(body, stemOf(name));
    if (typeof record === "string") remarks.push({ place: index + 1, message: `${name}: ${record}` });
    else records.push(record);
  }
  if (records.length === 0) return { ...nothingRead(""), remarks };
  const reading = readRecords(
    records,
    records.map((_, index) => index + 1),
  );
  return { ...reading, remarks: [...remarks, ...reading.remarks] };
}

interface TextOfFile {
  name: string;
  body: string;
}

function split(text: string, fileName: string): TextOfFile[] {
  const files: TextOfFile[] = [];
  let current: TextOfFile = { name: fileName, body: "" };
  for (const line of text.split(/\r?\n/)) {
    const name = mark.exec(line)?.[1];
    if (name === undefined) {
      current.body += `${line}\n`;
      continue;
    }
    if (current.body.trim() !== "") files.push(current);
    current = { name, body: "" };
  }
  return current.body.trim() === "" ? files : [...files, current];
}

const stemOf = (name: string): string => (name.split("/").at(-1) ?? name).replace(/(\.task)?\.md$/i, "");

/** What front matter and sections say, in the words readRecords knows; or what is wrong with them. */
function recordOf(text: string, stem: string): Record<string, unknown> | string {
  const { frontText, body } = cut(text);
  if (frontText === null) return "there is no front matter between two lines of ---.";
  const said = frontMatter(frontText);
  if (typeof said === "string") return said;
  const parts = splitBody(body);
  if (typeof parts === "string") return parts;
  const { sessions: _, log: __, ...fields } = said;
  const description = descriptionIn(isAgent(fields) ? parts : parts.map(withWords));
  return {
    title: headingIn(parts) ?? stem.replaceAll(/[-_]+/g, " "),
    ...(description === "" ? {} : { description }),
    ...specOf(fields, parts),
    ...fields,
    // The name of the file, whatever else it is called by.
    ref: stem,
    ...(fields.ref === undefined && fields.id === undefined ? {} : { key: fields.key ?? fields.ref ?? fields.id }),
    id: undefined,
  };
}

/** Without aliases: nobody writes them by hand, and they may stand for more than there is room for. */
function frontMatter(text: string): Record<string, unknown> | string {
  const document = parseDocument(text, { schema: "core", uniqueKeys: true });
  const [problem] = document.errors;
  if (problem) return cannotRead(problem);
  try {
    const said: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    if (typeof said === "object" && !Array.isArray(said)) return said as Record<string, unknown>;
    return "the front matter is no list of names and values.";
  } catch (thrown) {
    return cannotRead(thrown as Error);
  }
}

const cannotRead = ({ message }: Error) => `the front matter cannot be read: ${message.split("\n")[0]}`;

const isAgent = ({ type }: Record<string, unknown>): boolean =>
  typeof type === "string" && type.trim().toLowerCase() !== "cli";

/** Of a command the block of code is what is run; a section that says more than that is a part of the description as well. */
function withWords(part: Part): Part {
  const lines = tidy(part.text).split("\n");
  const saysMore = part.kind === "instruction" && closeOf(lines, 0) !== lines.length - 1;
  return saysMore ? { kind: "own", head: "", text: `${part.head}${part.text}` } : part;
}

/** An agent is told the instruction; a command is its first block of code. A card of ours without one says that there is nothing to run. */
function specOf(fields: Record<string, unknown>, parts: readonly Part[]): Record<string, unknown> {
  if (fields.spec !== undefined || fields.command !== undefined) return {};
  const type = isAgent(fields) ? "claude-code" : "cli";
  const instruction = readInstruction(type, instructionIn(parts)) ?? "";
  if (instruction === "") return fields.key === undefined ? {} : { spec: {} };
  return { spec: type === "cli" ? shellSpec(instruction) : { prompt: instruction } };
}
