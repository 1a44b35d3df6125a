import { Bot, Brain, CircleX, FileText, Hand, Info, MessageSquareText, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Markdown } from "@/components/markdown.tsx";
import { EndRow } from "@/components/transcript/end-row.tsx";
import { Fold, type HeadProps } from "@/components/transcript/fold.tsx";
import { plainLine } from "@/components/transcript/plain-text.ts";
import { StyledText } from "@/components/transcript/styled-text.tsx";
import { ToolRow } from "@/components/transcript/tool-row.tsx";
import type { QuestionItem, TranscriptItem } from "@/components/transcript/transcript-item.ts";
import { cn } from "@/components/ui/class-names.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { Spent } from "@/lib/agent/events.ts";
import type { SessionPrompt } from "@/lib/session/schema.ts";

export interface RowContext {
  isLive: boolean;
  /** What people said to the session, by id. */
  prompts: ReadonlyMap<string, SessionPrompt>;
  spent: Spent | null;
}

interface RowContentProps {
  item: TranscriptItem;
  context: RowContext;
  head: HeadProps;
  isOpen: boolean;
  onToggle: () => void;
}

/** One row, by its kind. */
export function RowContent({ item, context, head, isOpen, onToggle }: RowContentProps) {
  const fold = { head, isOpen, onToggle };
  switch (item.kind) {
    case "tool":
      return <ToolRow {...{ item, ...fold }} isLive={context.isLive} />;
    case "text":
      if (item.role === "thinking")
        return (
          <Fold
            {...fold}
            icon={<Brain aria-hidden className="text-subtle" />}
            title={<Faint name="Thinking" text={item.text} />}
          >
            <Words text={item.text} className="text-muted" />
          </Fold>
        );
      return (
        <Plain head={head}>
          <Words text={item.text} />
        </Plain>
      );
    case "prompted":
      if (item.promptId === null)
        return (
          <Fold
            {...fold}
            icon={<FileText aria-hidden className="text-subtle" />}
            title={<Faint name="The agent was told" text={item.text} />}
          >
            <StyledText label="What the agent was told" text={item.text} />
          </Fold>
        );
      return (
        <Plain head={head}>
          <Said text={item.text} at={item.at} prompt={context.prompts.get(item.promptId)} />
        </Plain>
      );
    case "promptRefused":
      return (
        <Plain head={head}>
          <Notice level="error" text={`What was said was not taken. ${item.reason}`} />
        </Plain>
      );
    case "question":
      return (
        <Fold
          {...fold}
          icon={
            <Hand aria-hidden className={item.answer === null && context.isLive ? "text-attention" : "text-subtle"} />
          }
          title={<QuestionTitle item={item} isLive={context.isLive} />}
        >
          <StyledText label={`What ${item.tool} would do`} text={item.input} />
        </Fold>
      );
    case "notice":
      return (
        <Plain head={head}>
          <Notice level={item.level} text={item.text} />
        </Plain>
      );
    case "started":
      return (
        <Plain head={head}>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-muted text-xs">
            <Bot aria-hidden className="size-4 text-subtle" />
            {startWords(item).join(" · ")}
          </p>
        </Plain>
      );
    case "ended":
      return (
        <Plain head={head}>
          <EndRow item={item} spent={context.spent} />
        </Plain>
      );
    case "stray":
      return (
        <Fold
          {...fold}
          icon={<span className="size-4 shrink-0" />}
          title={<span className="font-mono text-mono-sm text-subtle">{plainLine(item.text.slice(0, 300))}</span>}
        >
          <StyledText label="A line that is no event" text={item.text} />
        </Fold>
      );
    case "gap":
      return (
        <Plain head={head}>
          <p className="text-subtle text-xs italic">{item.text}</p>
        </Plain>
      );
  }
}

function Plain({ head, children }: { head: HeadProps; children: ReactNode }) {
  return (
    <div {...head} className="rounded-md px-2 py-1 -outline-offset-2">
      {children}
    </div>
  );
}

function Faint({ name, text }: { name: string; text: string }) {
  return (
    <span className="text-muted">
      {name} <span className="text-subtle italic">{plainLine(text.slice(0, 300))}</span>
    </span>
  );
}

/** Signs that mean something in Markdown. Most lines of an agent have none, and drawing them plainly is far cheaper. */
const hasMarkup = /[*_`#[\]<>|~\n\\]|https?:|^\s*(?:[-+]|\d+[.)]) /;

function Words({ text, className }: { text: string; className?: string }) {
  if (hasMarkup.test(text)) return <Markdown text={text} className={className} />;
  return <p className={cn("measure text-base [overflow-wrap:anywhere]", className)}>{text}</p>;
}

function Said({ text, at, prompt }: { text: string; at: string; prompt: SessionPrompt | undefined }) {
  return (
    <div className="flex gap-2 rounded-lg border border-accent bg-selected px-3 py-2">
      <MessageSquareText aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="flex flex-wrap gap-x-2 text-muted text-xs">
          <span className="font-medium text-text">{prompt?.author.name ?? "A person"}</span>
          <span>
            taken <RelativeTime at={at} />
          </span>
        </p>
        <p className="whitespace-pre-wrap text-base [overflow-wrap:anywhere]">{text}</p>
      </div>
    </div>
  );
}

const noticeLooks = {
  info: { icon: Info, className: "text-muted" },
  warning: { icon: TriangleAlert, className: "text-attention" },
  error: { icon: CircleX, className: "text-danger" },
};

function Notice({ level, text }: { level: keyof typeof noticeLooks; text: string }) {
  const { icon: Icon, className } = noticeLooks[level];
  return (
    <p className={cn("flex items-start gap-2 text-sm", className)}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</span>
    </p>
  );
}

function QuestionTitle({ item: { tool, input, answer }, isLive }: { item: QuestionItem; isLive: boolean }) {
  const state = answer
    ? `${answer.decision === "allow" ? "Allowed" : "Denied"} ${answer.by === "person" ? "by a person" : "by policy"}`
    : isLive
      ? "Waits for an answer"
      : "Not answered";
  return (
    <>
      <span
        className={cn(
          "font-medium",
          answer?.decision === "deny" && "text-danger",
          !answer && isLive && "text-attention",
        )}
      >
        {state}:
      </span>{" "}
      {tool} <span className="font-mono text-mono-sm text-muted">{plainLine(input.slice(0, 300))}</span>
    </>
  );
}

const startWords = ({ agent, version, model, mcpServers }: Extract<TranscriptItem, { kind: "started" }>): string[] => [
  version === null ? agent : `${agent} ${version}`,
  ...(model === null ? [] : [model]),
  ...mcpServers.map(({ name, status }) => `MCP server ${name}: ${status}`),
];
