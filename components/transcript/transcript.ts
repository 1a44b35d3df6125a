import "@/components/transcript/without-eval.ts";
import type { Searchable } from "@/components/log/row-search.ts";
import { addSorted } from "@/components/log/sorted-numbers.ts";
import {
  isErrorItem,
  isOpenItem,
  type QuestionItem,
  type ToolItem,
  type TranscriptItem,
  textsOf,
} from "@/components/transcript/transcript-item.ts";
import { type AgentEvent, parseAgentEvent, type Spent } from "@/lib/agent/events.ts";

/** The rows of one session's output, built line by line as it comes. */
export interface Transcript extends Searchable {
  /** Grows in place; a tool and a question change when their other half comes. */
  readonly items: readonly TranscriptItem[];
  /** Indexes of rows that went wrong, rising. */
  readonly errors: readonly number[];
  /** Totals the agent told last; null: none. */
  spent(): Spent | null;
  /** Output as it comes: a chunk may end within a line. */
  feed(chunk: string): void;
  addNotice(text: string): void;
}

export function createTranscript(): Transcript {
  const items: TranscriptItem[] = [];
  const errors: number[] = [];
  /** Places of what waits for its other half. */
  const tools = new Map<string, number>();
  const questions = new Map<string, number>();
  let spent: Spent | null = null;
  let held = "";

  function add(item: TranscriptItem): number {
    if (isErrorItem(item)) errors.push(items.length);
    return items.push(item) - 1;
  }

  function endTool({ toolId, at, isError, output, changes }: Extract<AgentEvent, { kind: "toolEnded" }>) {
    const end = { endedAt: at, isError, output, changes };
    const index = tools.get(toolId);
    tools.delete(toolId);
    if (index === undefined) {
      add({ kind: "tool", tool: "", title: "", input: "", startedAt: null, ...end });
      return;
    }
    Object.assign(items[index] as ToolItem, end);
    if (isError) addSorted(errors, index);
  }

  function take(event: AgentEvent) {
    switch (event.kind) {
      case "toolStarted": {
        const { toolId, tool, title, input, at } = event;
        const start = { tool, title, input, startedAt: at, endedAt: null };
        tools.set(toolId, add({ kind: "tool", ...start, isError: false, output: "", changes: [] }));
        return;
      }
      case "toolEnded":
        return endTool(event);
      case "asked": {
        const { askedAs, at, tool, input } = event;
        questions.set(askedAs, add({ kind: "question", at, tool, input, answer: null }));
        return;
      }
      case "answered": {
        const { askedAs, at, decision, by } = event;
        const index = questions.get(askedAs);
        questions.delete(askedAs);
        if (index !== undefined) (items[index] as QuestionItem).answer = { at, decision, by };
        return;
      }
      case "spent":
        spent = event;
        return;
      default:
        add(event);
    }
  }

  function takeLine(line: string) {
    if (line === "") return;
    const event = parseAgentEvent(line);
    if (event === null) add({ kind: "stray", text: line });
    else take(event);
  }

  return {
    items,
    errors,
    count: () => items.length,
    textsAt: (index) => textsOf(items[index]!),
    isOpenAt: (index) => isOpenItem(items[index]!),
    spent: () => spent,
    feed(chunk) {
      let from = 0;
      for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
        takeLine(held + chunk.slice(from, end).replace(/\r$/, ""));
        held = "";
        from = end + 1;
      }
      held += chunk.slice(from);
    },
    addNotice: (text) => void add({ kind: "gap", text }),
  };
}
