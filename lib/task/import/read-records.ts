import { tidy } from "@/lib/task/file/tidy.ts";
import { readList, readPriority, readTitle, readType } from "@/lib/task/import/read-words.ts";
import type { Reading, ReadTask, Remark } from "@/lib/task/import/reading.ts";
import { shellSpec } from "@/lib/task/spec-from-title.ts";

/** Names that fields go by in other people's lists, in lower case and without spaces, hyphens and underscores. */
export const fieldNames: Record<string, Field> = {
  ...{ title: "title", name: "title", summary: "title", task: "title", subject: "title" },
  ...{ description: "description", body: "description", notes: "description", details: "description" },
  ...{ type: "type", agent: "type", priority: "priority", area: "area", component: "area" },
  ...{ tags: "tags", labels: "tags", assignee: "assignee", owner: "assignee" },
  ...{ dependson: "dependsOn", after: "dependsOn", blockedby: "dependsOn", waitsfor: "dependsOn" },
  ...{ ref: "ref", id: "ref", key: "alias", command: "command", spec: "spec", status: "status", state: "status" },
};
type Field =
  | "title"
  | "description"
  | "type"
  | "priority"
  | "area"
  | "tags"
  | "assignee"
  | "dependsOn"
  | "ref"
  | "alias"
  | "command"
  | "spec"
  | "status";

/** Records from a table or a JSON document: what is known of them by any of its names. `places` says where each stands. */
export function readRecords(records: readonly Record<string, unknown>[], places: readonly number[]): Reading {
  const remarks: Remark[] = [];
  const found = records.map((record, index) => fieldsOf(record, places[index]!, remarks));
  const open = found.filter(({ fields }) => !isDone(fields.status));
  // What it waits for may be named by key or by title as well; a key before a title, and the first of a name is meant.
  const aliases = new Map(
    (["title", "alias"] as const).flatMap((field) =>
      found.map(({ fields, ref }) => [textOf(fields[field] ?? ""), ref] as const).toReversed(),
    ),
  );
  const refs = new Set(found.map(({ ref }) => ref));
  const gone = new Set(found.filter((one) => !open.includes(one)).map(({ ref }) => ref));
  const tasks = open.flatMap((one) => readRecord(one, remarks) ?? []);
  for (const task of tasks)
    task.dependsOn = task.dependsOn
      .map((name) => (refs.has(name) ? name : (aliases.get(name) ?? name)))
      .filter((name) => !gone.has(name));
  return {
    tasks,
    remarks: remarks.toSorted((a, b) => a.place - b.place),
    done: found.length - open.length,
    unit: "Entry",
  };
}

interface Found {
  place: number;
  ref: string;
  fields: Partial<Record<Field, unknown>>;
}

function fieldsOf(record: Record<string, unknown>, place: number, remarks: Remark[]): Found {
  const fields: Found["fields"] = {};
  // Of what we have exported ourselves the rest is history, and no news to anybody.
  const isOurs = ["id", "key", "projectId", "version"].every((name) => name in record);
  for (const [name, value] of Object.entries(record)) {
    if (value === null || value === undefined || value === "") continue;
    const field = fieldNames[name.toLowerCase().replaceAll(/[\s_-]/g, "")];
    if (field !== undefined) fields[field] ??= value;
    else if (isOurs) continue;
    else if (place === 1 || typeof value !== "object")
      once(remarks, place, `${name} is not taken: no field of a task.`);
  }
  const ref = textOf(fields.ref ?? fields.alias ?? place);
  return { place, ref, fields };
}

/** A column is told of once, not in every row. */
function once(remarks: Remark[], place: number, message: string): void {
  if (!remarks.some((one) => one.message === message)) remarks.push({ place, message });
}

function readRecord({ place, ref, fields }: Found, remarks: Remark[]): ReadTask | null {
  const remark = (message: string) => void remarks.push({ place, message });
  if (fields.title === undefined) {
    remark("There is no title.");
    return null;
  }
  const type = fields.type === undefined ? null : readType(textOf(fields.type));
  if (fields.type !== undefined && type === null) remark(`There is no type ${textOf(fields.type)}.`);
  const priority = fields.priority === undefined ? null : readPriority(textOf(fields.priority));
  if (fields.priority !== undefined && priority === null) remark(`There is no priority ${textOf(fields.priority)}.`);
  const spec = specOf(fields);
  return {
    ...{ ref, place, ...readTitle(textOf(fields.title)) },
    ...(fields.description === undefined ? {} : { description: wordsOf(fields.description) }),
    ...(type === null ? {} : { type }),
    ...(spec === null ? {} : { spec }),
    ...(priority === null ? {} : { priority }),
    ...(fields.tags === undefined ? {} : { tags: listOf(fields.tags) }),
    ...(fields.area === undefined ? {} : { area: textOf(fields.area) }),
    ...(fields.assignee === undefined ? {} : { assignee: textOf(fields.assignee) }),
    dependsOn: [...new Set(listOf(fields.dependsOn ?? []))],
  };
}

function specOf({ spec, command }: Found["fields"]): Record<string, unknown> | null {
  if (typeof spec === "object" && !Array.isArray(spec)) return spec as Record<string, unknown>;
  return command === undefined ? null : shellSpec(textOf(command));
}

const isDone = (status: unknown): boolean =>
  /^(done|completed?|closed|cancell?ed|finished)$/i.test(textOf(status ?? ""));
const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(textOf).filter(Boolean) : readList(textOf(value));

/** The indentation of its first line may mean something. */
const wordsOf = (value: unknown): string => (typeof value === "string" ? tidy(value) : textOf(value));

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : typeof value === "object" ? JSON.stringify(value) : String(value);
}
