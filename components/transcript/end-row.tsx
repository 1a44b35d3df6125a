import { CircleCheck, CircleX } from "lucide-react";
import { Markdown } from "@/components/markdown.tsx";
import { reasonSentence } from "@/components/task/reason-words.ts";
import { cn } from "@/components/ui/class-names.ts";
import { spentWords } from "@/components/usage/spent-words.ts";
import type { AgentEvent, Spent } from "@/lib/agent/events.ts";

interface EndRowProps {
  item: Extract<AgentEvent, { kind: "ended" }>;
  spent: Spent | null;
}

/** How it ended by the agent's own words, what it answered, and what it cost. */
export function EndRow({ item, spent }: EndRowProps) {
  const { reason, message, result, turns } = item;
  const isDone = reason === "DONE";
  const Icon = isDone ? CircleCheck : CircleX;
  const sentence = reasonSentence(reason);
  const tokens = spent && {
    input: spent.inputTokens,
    output: spent.outputTokens,
    cacheRead: spent.cacheReadTokens,
    cacheWrite: spent.cacheWriteTokens,
  };
  const facts = [
    ...(turns === undefined ? [] : [turns === 1 ? "1 turn" : `${turns} turns`]),
    ...spentWords({ tokens, costUsd: spent?.costUsd ?? null }),
  ];
  return (
    <div
      className={cn(
        "my-1 flex flex-col gap-1.5 rounded-lg border px-3 py-2",
        isDone ? "border-success bg-success-tint" : "border-danger bg-danger-tint",
      )}
    >
      <p className={cn("flex items-center gap-2 font-medium text-sm", isDone ? "text-success" : "text-danger")}>
        <Icon aria-hidden className="size-4 shrink-0" />
        {sentence ?? reason}
      </p>
      {message !== "" && message !== sentence && message !== result && (
        <p className="text-sm [overflow-wrap:anywhere]">{message}</p>
      )}
      {result && <Markdown text={result} />}
      <p className="text-muted text-xs tabular-nums">{facts.join(" · ")}</p>
    </div>
  );
}
