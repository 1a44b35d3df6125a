import { CircleCheck, CircleSlash, CircleX, LoaderCircle } from "lucide-react";
import { DiffView } from "@/components/transcript/diff-view.tsx";
import { Fold, type HeadProps } from "@/components/transcript/fold.tsx";
import { plainLine } from "@/components/transcript/plain-text.ts";
import { StyledText } from "@/components/transcript/styled-text.tsx";
import type { ToolItem } from "@/components/transcript/transcript-item.ts";
import { ElapsedTime } from "@/components/ui/elapsed-time.tsx";
import { formatDuration } from "@/components/ui/format-time.ts";

interface ToolRowProps {
  item: ToolItem;
  head: HeadProps;
  /** The session goes on: what has not ended is running. */
  isLive: boolean;
  isOpen: boolean;
  onToggle: () => void;
}

/** A call of a tool in one line: state, what it does, how long; its input, output and changes when unfolded. */
export function ToolRow({ item, head, isLive, isOpen, onToggle }: ToolRowProps) {
  const { tool, title, input, output, changes, startedAt, endedAt } = item;
  const state = stateOf(item, isLive);
  return (
    <Fold
      {...{ head, isOpen, onToggle }}
      icon={
        <>
          {state.icon}
          <span className="sr-only">{state.word}:</span>
        </>
      }
      title={
        <>
          <span className="font-medium">{tool || "A tool"}</span>{" "}
          <span className="font-mono text-mono-sm text-muted">{plainLine(withoutTool(title, tool))}</span>
        </>
      }
      meta={
        startedAt === null ? null : endedAt !== null ? (
          formatDuration(Date.parse(endedAt) - Date.parse(startedAt))
        ) : isLive ? (
          <ElapsedTime since={startedAt} className="text-info" />
        ) : (
          "not finished"
        )
      }
    >
      {input !== "" && <StyledText label={`Input of ${tool}`} text={input} />}
      {changes.map((change) => (
        <DiffView key={change.path} change={change} />
      ))}
      {output !== "" && (
        <StyledText label={`Output of ${tool}`} text={output} className={item.isError ? "border-danger" : ""} />
      )}
      {endedAt !== null && output === "" && changes.length === 0 && <p className="text-muted text-sm">No output.</p>}
    </Fold>
  );
}

function stateOf({ endedAt, isError }: ToolItem, isLive: boolean) {
  if (isError) return { word: "Failed", icon: <CircleX aria-hidden className="text-danger" /> };
  if (endedAt !== null) return { word: "Done", icon: <CircleCheck aria-hidden className="text-success" /> };
  if (isLive)
    return { word: "Running", icon: <LoaderCircle aria-hidden className="text-info motion-safe:animate-spin" /> };
  return { word: "Not finished", icon: <CircleSlash aria-hidden className="text-subtle" /> };
}

/** The tool's name stands before it. */
const withoutTool = (title: string, tool: string): string =>
  title === tool ? "" : title.startsWith(`${tool} `) ? title.slice(tool.length + 1) : title;
