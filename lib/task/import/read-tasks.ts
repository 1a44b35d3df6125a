import Papa from "papaparse";
import { readOutline } from "@/lib/task/import/read-outline.ts";
import { readRecords } from "@/lib/task/import/read-records.ts";
import { isTaskFile, readTaskFiles } from "@/lib/task/import/read-task-file.ts";
import { nothingRead, type Reading } from "@/lib/task/import/reading.ts";

/** Tasks from task files, a list, a table (CSV, TSV) or a JSON document. Which of them it is says the file's name, or else the text. Never throws. */
export function readTasks(text: string, fileName: string | null = null): Reading {
  const clean = text.replace(/^\uFEFF/, "");
  if (isTaskFile(clean)) return readTaskFiles(clean, fileName);
  const ending = /\.(json|csv|tsv|md|txt)$/i.exec(fileName ?? "")?.[1]?.toLowerCase();
  if (ending === "json" || (ending === undefined && /^\s*[[{]\s*["{[\]]/.test(clean))) return readJson(clean);
  if (ending === "csv" || ending === "tsv" || (ending === undefined && hasTableHead(clean))) return readTable(clean);
  return readOutline(clean);
}

const hasTableHead = (text: string): boolean =>
  /^"?(ref|id|key|title|name|summary|task)"?[,;\t]/i.test(text.trimStart().split("\n")[0] ?? "");

function readTable(text: string): Reading {
  const { data, meta } = Papa.parse<Record<string, unknown>>(text.trim(), { header: true, skipEmptyLines: "greedy" });
  if (!meta.fields?.some((name) => /^(title|name|summary|task|subject)$/i.test(name.trim())))
    return nothingRead("The first line names no column title.");
  return readRecords(
    data.map(({ __parsed_extra: _, ...record }) => record),
    data.map((_, index) => index + 1),
  );
}

function readJson(text: string): Reading {
  const found = listIn(parsed(text));
  if (found === null) return nothingRead('This is no list of tasks in JSON: [{ "title": … }], or { "tasks": [ … ] }.');
  const records = found.map((one) => (typeof one === "string" ? { title: one } : one));
  const isRecord = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
  const places = records.flatMap((one, index) => (isRecord(one) ? [index + 1] : []));
  const reading = readRecords(records.filter(isRecord) as Record<string, unknown>[], places);
  const strange = records.flatMap((one, index) =>
    isRecord(one) ? [] : [{ place: index + 1, message: "This is no task." }],
  );
  return { ...reading, remarks: [...reading.remarks, ...strange] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function listIn(document: unknown): unknown[] | null {
  if (Array.isArray(document)) return document;
  const { tasks, items } = (document ?? {}) as { tasks?: unknown; items?: unknown };
  return [tasks, items].find(Array.isArray) ?? null;
}
