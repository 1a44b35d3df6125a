"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useRef, useState, useSyncExternalStore } from "react";
import { JumpToEnd } from "@/components/log/jump-to-end.tsx";
import type { LogBuffer } from "@/components/log/log-buffer.ts";
import { LogProblem } from "@/components/log/log-problem.tsx";
import { LogRow } from "@/components/log/log-row.tsx";
import { LogToolbar } from "@/components/log/log-toolbar.tsx";
import { useFind } from "@/components/log/use-find.ts";
import { useFollow } from "@/components/log/use-follow.ts";
import { useSpokenLines } from "@/components/log/use-spoken-lines.ts";
import { cn } from "@/components/ui/class-names.ts";

const rowPx = 18;

interface LogViewerProps {
  buffer: LogBuffer;
  isLive: boolean;
  /** Nothing has been written: else what is there is on its way. */
  isEmpty: boolean;
  /** Why it cannot be read at the moment. */
  problem: string | null;
  /** Opens at its last line, as one that is live does. */
  startsAtEnd?: boolean;
  /** The accessible name, such as `Log of DEMO-12, attempt 3`. */
  label: string;
  fileName: string;
  /** Give it a height; the lines scroll inside. */
  className?: string;
}

/** The output of a session. Only the rows on screen exist, so 200 000 lines are as light as fifty. */
export function LogViewer({ buffer, isLive, isEmpty, problem, startsAtEnd = false, ...props }: LogViewerProps) {
  "use no memo"; // the virtualiser and the buffer change in place
  const { label, fileName, className } = props;
  useSyncExternalStore(buffer.subscribe, buffer.version, buffer.version);
  const [isWrapped, setWrapped] = useState(false);
  const [isSpoken, setSpoken] = useState(false);
  const [active, setActive] = useState(-1);
  const scroller = useRef<HTMLDivElement>(null);
  const count = buffer.count();
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 24,
  });
  const height = rows.getTotalSize();
  const { isFollowing, unseen, onScroll, follow, unfollow } = useFollow({
    scroller,
    count,
    height,
    startsAtEnd: isLive || startsAtEnd,
  });
  const show = (index: number) => {
    unfollow();
    setActive(index);
    rows.scrollToIndex(index, { align: "center" });
  };
  const find = useFind(buffer, { active, show, onLeave: () => scroller.current?.focus() });
  useSpokenLines(buffer, isSpoken);
  const shown = rows.getVirtualItems();
  const digits = Math.max(3, String(count).length);

  const wrap = (next: boolean) => {
    setWrapped(next);
    rows.measure();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "f" || event.altKey) return;
    if (event.ctrlKey || event.metaKey) find.field.current?.select();
    else follow();
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section
      className={cn("relative flex min-h-48 flex-col overflow-hidden rounded-lg border border-border", className)}
    >
      <LogToolbar {...{ buffer, count, find, fileName, isWrapped, isSpoken }} onWrap={wrap} onSpeak={setSpoken} />
      <LogProblem problem={problem} />
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-auto bg-log [overflow-anchor:none] py-1 font-mono text-mono-sm text-text -outline-offset-2"
      >
        {count === 0 && isEmpty && (
          <p className="px-3 py-2 text-muted">{isLive ? "Nothing written yet." : "This log is empty."}</p>
        )}
        <div className="relative" style={{ height }}>
          <div
            className={cn("absolute start-0 top-0 min-w-full", isWrapped ? "w-full" : "w-max")}
            style={{ transform: `translateY(${shown[0]?.start ?? 0}px)` }}
          >
            {shown.map((row) => (
              <div
                key={row.key}
                data-index={row.index}
                ref={isWrapped ? rows.measureElement : undefined}
                className={find.query !== "" && row.index === active ? "bg-selected" : undefined}
              >
                <LogRow line={buffer.line(row.index)} number={row.index + 1} digits={digits} isWrapped={isWrapped} />
              </div>
            ))}
          </div>
        </div>
      </div>
      {isLive && !isFollowing && <JumpToEnd unseen={unseen} unit="line" onJump={follow} />}
    </section>
  );
}
