import { joinBody, type Part, putDescription, putSection, titleOf } from "@/lib/task/file/body.ts";
import type { FileFields } from "@/lib/task/file/fields.ts";
import { editFrontMatter, type Written } from "@/lib/task/file/front-matter.ts";
import { putInstruction } from "@/lib/task/file/instruction.ts";
import { readTaskFile, type TaskFileText } from "@/lib/task/file/read.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { priorityNames } from "@/lib/task/schema.ts";

/** What Runboard alone writes: edits of it are written over. */
export interface Told {
  key: string;
  /** null leaves the word that is there: it says the same. */
  status: string | null;
  attempts: number;
  sessions: string;
  log: string;
}

interface Writing {
  /** Only what changes; everything else stays as it was typed. */
  fields: Partial<FileFields>;
  /** For the instruction: what carries it out. */
  type: TaskType;
  told: Told;
}

/** The text with other values of some fields. Other names, comments, their order and what was typed around them stay. */
export function writeTaskFile(file: TaskFileText, { fields, type, told }: Writing): string {
  let { parts } = file;
  const changes = new Map<string, Written | undefined>();
  const put = (field: string, value: Written | undefined) =>
    void changes.set(String(file.names.get(field)?.key.value ?? field), value);
  put("key", told.key);
  if (fields.title !== undefined) parts = putTitle(parts, fields.title, file, put);
  if (fields.type !== undefined) put("type", fields.type);
  if (told.status !== null) put("status", told.status);
  if (fields.priority !== undefined) put("priority", priorityNames[fields.priority]);
  for (const name of ["area", "assignee"] as const)
    if (fields[name] !== undefined) put(name, fields[name] ?? undefined);
  for (const name of ["tags", "dependsOn"] as const)
    if (fields[name] !== undefined) put(name, fields[name].length > 0 ? fields[name] : undefined);
  changes.set("sessions", told.attempts > 0 ? told.attempts : undefined);
  if (fields.description !== undefined) parts = putDescription(parts, fields.description);
  if (fields.instruction !== undefined) parts = putInstruction(parts, { type, instruction: fields.instruction });
  parts = putSection(putSection(parts, "sessions", told.sessions), "log", told.log);
  const front = editFrontMatter(file.front, onlyNew(file, changes));
  const body = joinBody(parts);
  const gap = file.front.text === "" && body !== "" && !body.startsWith("\n") ? "\n" : "";
  const text = `${file.prefix}---\n${front}${front.endsWith("\n") || front === "" ? "" : "\n"}---\n${gap}${body}`;
  return (text.endsWith("\n") ? `${text.trimEnd()}\n` : text).replaceAll("\n", file.lineEnd);
}

/** What says the same already keeps its spelling. */
function onlyNew(file: TaskFileText, changes: Map<string, Written | undefined>) {
  for (const { key, value } of file.front.pairs) {
    const name = String(key.value);
    const text = (value as { value?: unknown } | null)?.value;
    if (changes.has(name) && typeof text === "string" && text === String(changes.get(name))) changes.delete(name);
  }
  return changes;
}

/** The title stands where it stood: in the front matter, else in the first heading. */
function putTitle(
  parts: readonly Part[],
  title: string,
  file: TaskFileText,
  put: (field: string, value: string) => void,
): Part[] {
  const heading = parts.findIndex(({ kind }) => kind === "title");
  const asHeading = `# ${title}\n`;
  const fits = heading >= 0 && !title.includes("\n") && titleOf(asHeading.trimEnd()) === title;
  const said = heading >= 0 ? titleOf(parts[heading]!.head.trimEnd()) : null;
  if (file.names.has("title") || !fits) put("title", title);
  if (!fits || (file.names.has("title") && said !== file.fields.title)) return [...parts];
  return parts.with(heading, { ...parts[heading]!, head: asHeading });
}

/** A new file for a card. */
export function newTaskFile(fields: FileFields, told: Told): string {
  const empty = readTaskFile("", fields.type) as TaskFileText;
  const description = fields.description === "" ? {} : { description: fields.description };
  const all = { ...fields, ...description };
  if (fields.description === "") delete (all as Partial<FileFields>).description;
  return `${writeTaskFile(empty, { fields: all, type: fields.type, told }).trimEnd()}\n`;
}
