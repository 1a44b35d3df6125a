import type { AgentEvent } from "@/lib/agent/events.ts";

type Of<Kind extends AgentEvent["kind"]> = Extract<AgentEvent, { kind: Kind }>;

/** A call of a tool, from its beginning to its end. */
export interface ToolItem {
  kind: "tool";
  tool: string;
  title: string;
  input: string;
  /** null: its beginning is not in the log. */
  startedAt: string | null;
  /** null: it has not ended. */
  endedAt: string | null;
  isError: boolean;
  output: string;
  changes: Of<"toolEnded">["changes"];
}

/** What the agent asked before it did it, and what was answered. */
export interface QuestionItem {
  kind: "question";
  at: string;
  tool: string;
  input: string;
  answer: Pick<Of<"answered">, "at" | "decision" | "by"> | null;
}

/** One row of the transcript. Most are an event as it is; a tool and a question are two that belong together. */
export type TranscriptItem =
  | Of<"started">
  | Of<"prompted">
  | Of<"promptRefused">
  | Of<"text">
  | Of<"notice">
  | Of<"ended">
  | ToolItem
  | QuestionItem
  /** A line that is no event: an agent's stray words, a line that was cut. */
  | { kind: "stray"; text: string }
  /** A line of ours, such as a gap in the log. */
  | { kind: "gap"; text: string };

/** What went wrong; these rows can be jumped to. */
export function isErrorItem(item: TranscriptItem): boolean {
  switch (item.kind) {
    case "tool":
      return item.isError;
    case "notice":
      return item.level === "error";
    case "ended":
      return item.reason !== "DONE";
    default:
      return item.kind === "promptRefused";
  }
}

/** Whether it may still change: its other half has not come. */
export const isOpenItem = (item: TranscriptItem): boolean =>
  (item.kind === "tool" && item.endedAt === null) || (item.kind === "question" && item.answer === null);

/** All texts of a row, for the search. */
export function textsOf(item: TranscriptItem): readonly string[] {
  switch (item.kind) {
    case "tool":
      return [item.tool, item.title, item.input, item.output, ...item.changes.flatMap(changeTexts)];
    case "question":
      return [item.tool, item.input];
    case "started":
      return [item.agent, item.model ?? "", ...item.mcpServers.map(({ name }) => name)];
    case "promptRefused":
      return [item.reason];
    case "ended":
      return [item.message, item.result ?? ""];
    default:
      return [item.text];
  }
}

const changeTexts = ({ path, before, after }: ToolItem["changes"][number]) => [path, before ?? "", after];
