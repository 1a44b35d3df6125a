"use client";

import { type KeyboardEvent, useRef, useSyncExternalStore } from "react";
import { JumpToEnd } from "@/components/log/jump-to-end.tsx";
import { LogProblem } from "@/components/log/log-problem.tsx";
import { nextOf, useFind } from "@/components/log/use-find.ts";
import { useFollow } from "@/components/log/use-follow.ts";
import { RowContent, type RowContext } from "@/components/transcript/row-content.tsx";
import type { TranscriptBuffer } from "@/components/transcript/transcript-buffer.ts";
import { transcriptText } from "@/components/transcript/transcript-text.ts";
import { TranscriptToolbar } from "@/components/transcript/transcript-toolbar.tsx";
import { useRows } from "@/components/transcript/use-rows.ts";
import { cn } from "@/components/ui/class-names.ts";

interface TranscriptViewProps {
  buffer: TranscriptBuffer;
  isLive: boolean;
  /** Nothing has been written: else what is there is on its way. */
  isEmpty: boolean;
  /** Why it cannot be read at the moment. */
  problem: string | null;
  /** Opens at its last row, as one that is live does. */
  startsAtEnd: boolean;
  prompts: RowContext["prompts"];
  /** The accessible name, such as `Transcript of DEMO-12, attempt 3`. */
  label: string;
  /** What a download is called, without its ending. */
  fileName: string;
}

/** What an agent said and did, row by row. Only those on screen exist, so 200 000 are as light as fifty. */
export function TranscriptView({ buffer, isLive, isEmpty, problem, ...props }: TranscriptViewProps) {
  "use no memo"; // the virtualiser and the transcript change in place
  const { startsAtEnd, prompts, label, fileName } = props;
  useSyncExternalStore(buffer.subscribe, buffer.version, buffer.version);
  const { transcript } = buffer;
  const count = transcript.items.length;
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, active, isOpen, setActive, focusRow, showRow, toggle, open } = useRows(transcript, scroller);
  const height = rows.getTotalSize();
  const followed = useFollow({ scroller, count, height, startsAtEnd: isLive || startsAtEnd });
  const context: RowContext = { isLive, prompts, spent: transcript.spent() };

  const show = (index: number) => {
    followed.unfollow();
    open(index);
    showRow(index);
  };
  const find = useFind(transcript, { active, show, onLeave: () => focusRow(active) });
  /** What is unfolded stays where it is, whatever comes after it. */
  const fold = (index: number) => {
    if (!isOpen(index)) followed.unfollow();
    toggle(index);
  };
  const toError = () => {
    const index = nextOf(transcript.errors, active);
    followed.unfollow();
    focusRow(index);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "f") find.field.current?.select();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "f") followed.follow();
    else if (event.key === "e") toError();
    else if (!("row" in (event.target as HTMLElement).dataset)) return;
    else if (event.key === "ArrowDown") focusRow(active + 1);
    else if (event.key === "ArrowUp") focusRow(active - 1);
    else if (event.key === "Home") focusRow(0);
    else if (event.key === "End") focusRow(count - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section className="relative flex min-h-48 flex-1 flex-col overflow-hidden rounded-lg border border-border">
      <TranscriptToolbar
        find={find}
        errors={transcript.errors.length}
        onNextError={toError}
        text={() => transcriptText(transcript.items)}
        fileName={fileName}
      />
      <LogProblem problem={problem} />
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={followed.onScroll}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-auto bg-surface [overflow-anchor:none] p-1 -outline-offset-2"
      >
        {count === 0 && isEmpty && (
          <p className="px-3 py-2 text-muted">
            {isLive ? "The agent has said nothing yet." : "This transcript is empty."}
          </p>
        )}
        <ul className="relative" style={{ height }}>
          {rows.getVirtualItems().map(({ key, index, start }) => (
            <li
              key={key}
              data-index={index}
              ref={rows.measureElement}
              aria-setsize={count}
              aria-posinset={index + 1}
              className={cn(
                "absolute inset-x-0 top-0 rounded-md",
                find.query !== "" && index === active && "bg-selected",
              )}
              style={{ transform: `translateY(${start}px)` }}
            >
              <RowContent
                item={transcript.items[index]!}
                context={context}
                head={{
                  "data-row": index,
                  tabIndex: index === active ? 0 : -1,
                  onFocus: () => setActive(index),
                }}
                isOpen={isOpen(index)}
                onToggle={() => fold(index)}
              />
            </li>
          ))}
        </ul>
      </div>
      {isLive && !followed.isFollowing && <JumpToEnd unseen={followed.unseen} unit="row" onJump={followed.follow} />}
    </section>
  );
}
