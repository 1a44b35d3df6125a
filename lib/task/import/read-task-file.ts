import { parseDocument } from "yaml";
import { readRecords } from "@/lib/task/import/read-records.ts";
import { nothingRead, type Reading } from "@/lib/task/import/reading.ts";

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
function recordOf(body: string, stem: string): Record<string, unknown> | string {
  const [, front, rest = ""] = /^\s*---\n([\s\S]*?)\n?---(?:\n([\s\S]*))?$/.exec(body) ?? [];
  if (front === undefined) return "there is no front matter between two lines of ---.";
  const said = frontMatter(front);
  if (typeof said === "string") return said;
  const sections = sectionsOf(rest);
  const instruction = sections.get("instruction") ?? "";
  const own = ownWords(rest);
  const { sessions: _, log: __, ...fields } = said;
  return {
    title: sections.heading ?? stem.replaceAll(/[-_]+/g, " "),
    ...(own === "" ? {} : { description: own }),
    ...specOf(fields, instruction),
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

/** By their headings in small letters, and the first heading of all where it is the title. */
function sectionsOf(text: string): Map<string, string> & { heading?: string } {
  const sections: Map<string, string> & { heading?: string } = new Map();
  let name = "";
  for (const line of text.split("\n")) {
    const [, level = "", title = ""] = /^(#{1,3})\s+(.+?)\s*#*$/.exec(line) ?? [];
    if (level === "#" && sections.heading === undefined) sections.heading = title;
    else if (level !== "") name = title.toLowerCase();
    else sections.set(name, `${sections.get(name) ?? ""}${line}\n`);
  }
  return sections;
}

/** What a person wrote: without the title, and without the sections that are written for them. */
function ownWords(text: string): string {
  let isOurs = false;
  const kept = text.split("\n").filter((line) => {
    if (/^##?\s/.test(line)) isOurs = /^##\s+(sessions|log)\s*$/i.test(line);
    return !isOurs && !/^#\s/.test(line);
  });
  return kept.join("\n").trim();
}

/** An agent is told the instruction; a command is its first block of code. */
function specOf({ type, command, spec }: Record<string, unknown>, instruction: string): Record<string, unknown> {
  if (spec !== undefined || command !== undefined) return {};
  const isAgent = typeof type === "string" && type.trim().toLowerCase() !== "cli";
  if (isAgent) return instruction.trim() === "" ? {} : { spec: { prompt: instruction.trim() } };
  const block = /^```\w*\n([\s\S]*?)\n```/m.exec(instruction)?.[1];
  return block === undefined ? {} : { command: block };
}
