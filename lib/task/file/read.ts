import type { Pair, Scalar } from "yaml";
import { descriptionIn, headingIn, instructionIn, type Part, splitBody } from "@/lib/task/file/body.ts";
import { cut } from "@/lib/task/file/cut.ts";
import { type FileField, type FileFields, fileFieldsSchema } from "@/lib/task/file/fields.ts";
import { type FrontMatter, readFrontMatter, valueIn } from "@/lib/task/file/front-matter.ts";
import { readInstruction } from "@/lib/task/file/instruction.ts";
import { fieldNames } from "@/lib/task/import/read-records.ts";
import { readList, readPriority, readType } from "@/lib/task/import/read-words.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** A task file as it was read. */
export interface TaskFileText {
  front: FrontMatter;
  parts: Part[];
  /** What stands before the front matter, and the line end of the file. */
  prefix: string;
  lineEnd: "\n" | "\r\n";
  /** Which name in the front matter says which field. */
  names: ReadonlyMap<string, Pair<Scalar, unknown>>;
  /** What it says; a field that is left out says nothing, so the card's stands. */
  fields: Partial<FileFields>;
  /** Fields that say something that cannot be taken: they stay as they are on either side. */
  refused: ReadonlySet<FileField>;
  remarks: string[];
  key: string | null;
  status: string | null;
}

/** Reads a task file leniently, for a card of a type where the file names none; a text says why it cannot be read at all. Nothing in it is run or followed. */
export function readTaskFile(whole: string, type: TaskType): TaskFileText | string {
  if (whole.includes("\0")) return "this is no text.";
  const lineEnd = whole.includes("\r\n") ? "\r\n" : "\n";
  const { prefix, frontText, body } = cut(whole.replaceAll("\r\n", "\n"));
  const front = readFrontMatter(frontText ?? "");
  if (typeof front === "string") return front;
  const parts = splitBody(body);
  if (typeof parts === "string") return parts;
  const names = namesOf(front);
  const said = (name: string) => (names.has(name) ? valueIn(names.get(name)!) : null);
  const found = collect(said, parts, type);
  const key = said("key");
  const status = said("status");
  return {
    ...{ front, parts, prefix, lineEnd, names },
    ...check(found),
    key: typeof key === "string" ? key.toUpperCase() : null,
    status: typeof status === "string" ? status : null,
  };
}

/** The first name for a field counts, but its own name before all others. */
function namesOf({ pairs }: FrontMatter): Map<string, Pair<Scalar, unknown>> {
  const names = new Map<string, Pair<Scalar, unknown>>();
  for (const pair of pairs) {
    const word = String(pair.key.value);
    const field = word.toLowerCase() === "key" ? "key" : fieldNames[word.toLowerCase().replaceAll(/[\s_-]/g, "")];
    if (field === undefined || field === "alias" || field === "ref") continue;
    if (!names.has(field) || word === field) names.set(field, pair);
  }
  const key = pairs.find(({ key }) => String(key.value).toLowerCase() === "key");
  if (key) names.set("key", key);
  return names;
}

type Said = (name: string) => string | string[] | null | undefined;

/** Values before they are checked; undefined is what cannot be read, null what is not said. */
function collect(said: Said, parts: readonly Part[], known: TaskType): Record<FileField, unknown> {
  const typeWord = said("type");
  const type = typeof typeWord === "string" ? (readType(typeWord) ?? undefined) : typeWord;
  const priority = said("priority");
  return {
    title: said("title") ?? headingIn(parts),
    type,
    instruction: readInstruction((type as TaskType | null | undefined) ?? known, instructionIn(parts)) ?? null,
    description: descriptionIn(parts),
    priority: typeof priority === "string" ? (readPriority(priority) ?? undefined) : priority,
    area: said("area"),
    assignee: said("assignee"),
    tags: listOf(said("tags")),
    dependsOn: listOf(said("dependsOn")),
  };
}

const listOf = (value: string | string[] | null | undefined) =>
  value === undefined
    ? undefined
    : [...new Set(value === null ? [] : typeof value === "string" ? readList(value) : value.map((one) => one.trim()))];

const isSaidByAbsence = (field: string) => ["area", "assignee"].includes(field);

function check(found: Record<FileField, unknown>) {
  const fields: Record<string, unknown> = {};
  const refused = new Set<FileField>();
  const remarks: string[] = [];
  for (const [name, value] of Object.entries(found)) {
    const field = name as FileField;
    if (value === null && !isSaidByAbsence(field)) continue;
    const parsed = fileFieldsSchema.shape[field].safeParse(value);
    if (parsed.success) fields[field] = parsed.data;
    else {
      refused.add(field);
      remarks.push(
        `${field} is not taken: ${value === undefined ? "there is no such value" : parsed.error.issues[0]!.message}.`,
      );
    }
  }
  const said = fields as Partial<FileFields>;
  return { fields: said, refused, remarks };
}
