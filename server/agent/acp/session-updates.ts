import { isAbsolute, relative } from "node:path";
import type { AgentEvent } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";
import { type SessionUpdate, type ToolCall, textOfContent } from "./protocol.ts";

/** What an agent tells of its work, made into events. */
export interface SessionUpdates {
  take(update: SessionUpdate & Partial<ToolCall>): void;
  /** What is told of a conversation that goes on, before it does: only what was spent on it then is of interest, and is not ours. */
  takeEarlier(update: SessionUpdate): void;
  /** The tool call that a question is about; what is known of it by now. */
  toolAsked(call: ToolCall): KnownTool;
  /** A turn has ended: what was begun is told. */
  endTurn(): TurnWords;
  /** Of this session, in US dollars; null: it does not tell, or not what was spent on its conversation before. */
  costUsd(): number | null;
}

export interface TurnWords {
  /** What the agent said last; null: nothing. */
  answer: string | null;
  /** It said beside the protocol that the turn failed, whatever its stop reason says. */
  hasFailed: boolean;
}

export interface KnownTool {
  tool: string;
  title: string;
  input: string;
}

interface Tool extends ToolCall {
  isTold: boolean;
}

/** A message that is longer goes out in parts, so that a person sees it grow. */
const messagePartLength = 2_000;

export function readUpdates({ plan, emit }: Pick<AgentLink, "plan" | "emit">): SessionUpdates {
  const tools = new Map<string, Tool>();
  const message = { role: "assistant" as "assistant" | "thinking", id: null as string | null, untold: "", whole: "" };
  let answer: string | null = null;
  let costUsd: number | null = null;
  let earlierUsd: number | null = plan.conversationId === null ? 0 : null;
  let lastPlan = "";
  let hasFailed = false;

  const tellMessage = () => {
    const text = message.untold.trim();
    message.untold = "";
    if (text !== "") emit({ kind: "text", role: message.role, text });
  };
  const endMessage = () => {
    tellMessage();
    if (message.role === "assistant" && message.whole.trim() !== "") answer = message.whole.trim();
    message.whole = "";
  };
  const takeChunk = (role: typeof message.role, { content, messageId = null }: SessionUpdate) => {
    if (role !== message.role || messageId !== message.id) endMessage();
    Object.assign(message, { role, id: messageId });
    const text = textOfContent(content);
    message.untold += text;
    message.whole += text;
    const end = message.untold.lastIndexOf("\n");
    if (message.untold.length < messagePartLength || end <= 0) return;
    const rest = message.untold.slice(end + 1);
    message.untold = message.untold.slice(0, end);
    tellMessage();
    message.untold = rest;
  };

  const tellTool = (tool: Tool) => {
    if (tool.isTold) return;
    tool.isTold = true;
    emit({ kind: "toolStarted", toolId: tool.toolCallId, ...factsOf(tool) });
  };
  const takeTool = (change: ToolCall) => {
    const known = tools.get(change.toolCallId);
    if (known === undefined) endMessage();
    const tool: Tool = { isTold: false, ...known, ...withoutNothing(change) };
    tools.set(tool.toolCallId, tool);
    const isEnded = tool.status === "completed" || tool.status === "failed";
    // Agents announce a call before its input has come in; what is only announced tells a person nothing.
    if (isEnded || tool.status === "in_progress" || !isEmpty(tool.rawInput)) tellTool(tool);
    if (isEnded) endTool(tool);
  };
  const endTool = (tool: Tool) => {
    tools.delete(tool.toolCallId);
    emit({
      ...{ kind: "toolEnded", toolId: tool.toolCallId, isError: tool.status !== "completed" },
      ...{ output: outputOf(tool), changes: changesOf(tool, plan.work) },
    });
  };
  const takePlan = ({ entries = [] }: SessionUpdate) => {
    const text = entries.map(({ content = "", status }) => `${planMarks[status ?? ""] ?? "○"} ${content}`).join("\n");
    if (text === "" || text === lastPlan) return;
    lastPlan = text;
    emit({ kind: "notice", level: "info", text: `Its plan:\n${text}` });
  };

  return {
    take(update) {
      const { sessionUpdate, toolCallId } = update;
      if (sessionUpdate === "agent_message_chunk") return takeChunk("assistant", update);
      if (sessionUpdate === "agent_thought_chunk") return takeChunk("thinking", update);
      if (sessionUpdate === "tool_call" || sessionUpdate === "tool_call_update") {
        return toolCallId === undefined ? undefined : takeTool(update as ToolCall);
      }
      if (sessionUpdate === "plan") return takePlan(update);
      if (sessionUpdate === "usage_update") costUsd = usdOf(update) ?? costUsd;
      if (isCodexError(update)) hasFailed = true;
      if (sessionUpdate === "notice") emit({ kind: "notice", ...noticeOf(update) });
    },
    takeEarlier(update) {
      if (update.sessionUpdate === "usage_update") earlierUsd = usdOf(update) ?? earlierUsd;
    },
    toolAsked(call) {
      endMessage();
      const tool: Tool = { isTold: false, ...tools.get(call.toolCallId), ...withoutNothing(call) };
      tools.set(tool.toolCallId, tool);
      tellTool(tool);
      return factsOf(tool);
    },
    endTurn() {
      endMessage();
      for (const tool of tools.values()) {
        tellTool(tool);
        endTool(tool);
      }
      const words = { answer, hasFailed };
      answer = null;
      hasFailed = false;
      return words;
    },
    costUsd: () => (costUsd === null || earlierUsd === null ? null : costUsd - earlierUsd),
  };
}

/** Codex ends a turn that its model's API has refused like any other, with the error as its answer. */
function isCodexError({ _meta }: SessionUpdate): boolean {
  const { codex } = (_meta ?? {}) as { codex?: { threadStatus?: { type?: string } } };
  return codex?.threadStatus?.type === "systemError";
}

const usdOf = ({ cost }: SessionUpdate): number | null =>
  cost?.currency === "USD" && typeof cost.amount === "number" ? cost.amount : null;

const planMarks: Record<string, string> = { completed: "●", in_progress: "◐" };

/** A change says null for what it does not change, or nothing. */
const withoutNothing = (change: ToolCall): ToolCall =>
  Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== null && value !== undefined),
  ) as unknown as ToolCall;

const isEmpty = (input: unknown): boolean =>
  input === undefined || input === null || (typeof input === "object" && Object.keys(input).length === 0);

const factsOf = ({ name, kind, title, rawInput }: ToolCall): KnownTool => ({
  tool: name ?? kind ?? "tool",
  title: title ?? name ?? kind ?? "tool",
  input: isEmpty(rawInput) ? "" : asText(rawInput),
});

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function outputOf({ content, rawOutput }: ToolCall): string {
  const texts = (content ?? []).flatMap((part) => (part.type === "content" ? [textOfContent(part.content)] : []));
  if (texts.length > 0) return texts.join("\n");
  return isEmpty(rawOutput) ? "" : asText(rawOutput);
}

type FileChange = Extract<AgentEvent, { kind: "toolEnded" }>["changes"][number];

/** Of a call that failed nothing is changed. */
function changesOf({ content, status }: ToolCall, work: string): FileChange[] {
  if (status !== "completed") return [];
  return (content ?? []).flatMap((part) =>
    part.type === "diff"
      ? [{ path: fromWork(part.path, work), before: part.oldText ?? null, after: part.newText }]
      : [],
  );
}

function fromWork(path: string, work: string): string {
  const short = isAbsolute(path) ? relative(work, path) : path;
  return short.startsWith("..") ? path : short;
}

function noticeOf({ severity, title, description }: SessionUpdate): {
  level: "info" | "warning" | "error";
  text: string;
} {
  const level = severity === "warning" || severity === "error" ? severity : "info";
  return { level, text: [title, description].filter(Boolean).join(": ") };
}
