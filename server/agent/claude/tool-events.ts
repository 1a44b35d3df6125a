import { isAbsolute, relative } from "node:path";
import type { AgentEvent } from "@/lib/agent/events.ts";
import type { WithoutTime } from "../port.ts";
import type { Block } from "./dialect.ts";

type FileChange = Extract<AgentEvent, { kind: "toolEnded" }>["changes"][number];

const titleMaxLength = 120;

export function toolStarted({ id = "", name = "", input }: Block, work: string): WithoutTime<AgentEvent> {
  const title = titleOf(name, input, work);
  return { kind: "toolStarted", toolId: id, tool: name, title, input: JSON.stringify(input ?? {}) };
}

export function toolEnded(block: Block, result: unknown, work: string): WithoutTime<AgentEvent> {
  const { tool_use_id: toolId = "", is_error: isError = false, content } = block;
  const changes = isError ? [] : changesOf(result, work);
  return { kind: "toolEnded", toolId, isError, output: textOf(content), changes };
}

/** What a person reads first: what is done, to what. */
function titleOf(tool: string, input: unknown, work: string): string {
  const fields = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  const path = fields.file_path ?? fields.notebook_path ?? fields.path;
  const about = typeof path === "string" ? fromWork(path, work) : firstText(fields);
  const name = /^mcp__(.+?)__(.+)$/.exec(tool)?.slice(1).join(": ") ?? tool;
  const title = about === "" ? name : `${name} ${about}`;
  return title.length <= titleMaxLength ? title : `${title.slice(0, titleMaxLength - 1)}…`;
}

function firstText(fields: Record<string, unknown>): string {
  const text = [fields.command, fields.pattern, fields.query, fields.url, fields.description].find(
    (field) => typeof field === "string",
  );
  return ((text as string | undefined) ?? "").split("\n", 1)[0]!.trim();
}

const fromWork = (path: string, work: string): string => {
  if (!isAbsolute(path)) return path;
  const short = relative(work, path);
  return short.startsWith("..") ? path : short;
};

/** The result of a tool: text, or blocks of which some are text. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined ? "" : JSON.stringify(content);
  return (content as Block[]).map(({ type, text }) => (type === "text" ? text : `[${type}]`)).join("\n");
}

interface FileResult {
  filePath?: string;
  content?: string;
  originalFile?: string | null;
  structuredPatch?: { lines?: string[] }[];
}

/** Of an edit the changed places with their surroundings, as the program tells them; of a new file all of it. */
function changesOf(result: unknown, work: string): FileChange[] {
  if (typeof result !== "object" || result === null) return [];
  const { filePath, content, originalFile, structuredPatch } = result as FileResult;
  if (typeof filePath !== "string") return [];
  const path = fromWork(filePath, work);
  if (Array.isArray(structuredPatch) && structuredPatch.length > 0) {
    const lines = structuredPatch.flatMap((hunk) => hunk.lines ?? []);
    return [{ path, before: side(lines, "-"), after: side(lines, "+") }];
  }
  if (typeof content !== "string") return [];
  return [{ path, before: typeof originalFile === "string" ? originalFile : null, after: content }];
}

const side = (lines: readonly string[], sign: "-" | "+"): string =>
  lines.flatMap((line) => (line.startsWith(sign) || line.startsWith(" ") ? [line.slice(1)] : [])).join("\n");
