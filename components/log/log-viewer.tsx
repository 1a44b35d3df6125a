"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useRef, useState, useSyncExternalStore } from "react";
import type { LogBuffer } from "@/components/log/log-buffer.ts";
import { LogRow } from "@/components/log/log-row.tsx";
import { LogToolbar } from "@/components/log/log-toolbar.tsx";
import { useFollow } from "@/components/log/use-follow.ts";
import { useSpokenLines } from "@/components/log/use-spoken-lines.ts";
import { Button } from "@/components/ui/button.tsx";
import { cn } from "@/components/ui/class-names.ts";
import { Kbd } from "@/components/ui/kbd.tsx";

const rowPx = 18;

interface LogViewerProps {
  buffer: LogBuffer;
  isLive: boolean;
  /** Opens at its last line, as one that is live does. */
  startsAtEnd?: boolean;
  /** The accessible name, such as `Log of DEMO-12, attempt 3`. */
  label: string;
  fileName: string;
  /** Give it a height; the lines scroll inside. */
  className?: string;
}

/** The output of a session. Only the rows on screen exist, so 200 000 lines are as light as fifty. */
export function LogViewer({ buffer, isLive, startsAtEnd = false, label, fileName, className }: LogViewerProps) {
  "use no memo"; // the virtualiser and the buffer change in place
  useSyncExternalStore(buffer.subscribe, buffer.version, buffer.version);
  const [isWrapped, setWrapped] = useState(false);
  const [isSpoken, setSpoken] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const count = buffer.count();
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 24,
  });
  const height = rows.getTotalSize();
  const { isFollowing, unseen, onScroll, follow } = useFollow({
    scroller,
    count,
    height,
    startsAtEnd: isLive || startsAtEnd,
  });
  useSpokenLines(buffer, isSpoken);
  const shown = rows.getVirtualItems();
  const digits = Math.max(3, String(count).length);

  const wrap = (next: boolean) => {
    setWrapped(next);
    rows.measure();
  };

  return (
    <section
      className={cn("relative flex min-h-48 flex-col overflow-hidden rounded-lg border border-border", className)}
    >
      <LogToolbar {...{ buffer, count, fileName, isWrapped, isSpoken }} onWrap={wrap} onSpeak={setSpoken} />
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={(event) => {
          if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
          event.stopPropagation();
          follow();
        }}
        className="min-h-0 flex-1 overflow-auto bg-log [overflow-anchor:none] py-1 font-mono text-mono-sm text-text -outline-offset-2"
      >
        {count === 0 && (
          <p className="px-3 py-2 text-muted">{isLive ? "Nothing written yet." : "This log is empty."}</p>
        )}
        <div className="relative" style={{ height }}>
          <div
            className={cn("absolute start-0 top-0 min-w-full", isWrapped ? "w-full" : "w-max")}
            style={{ transform: `translateY(${shown[0]?.start ?? 0}px)` }}
          >
            {shown.map((row) => (
              <div key={row.key} data-index={row.index} ref={isWrapped ? rows.measureElement : undefined}>
                <LogRow line={buffer.line(row.index)} number={row.index + 1} digits={digits} isWrapped={isWrapped} />
              </div>
            ))}
          </div>
        </div>
      </div>
      {isLive && !isFollowing && (
        <Button
          size="sm"
          className="absolute! start-1/2 bottom-3 -translate-x-1/2 rounded-full! shadow-menu rtl:translate-x-1/2"
          icon={<ArrowDown aria-hidden />}
          onClick={follow}
        >
          {unseen > 0 && <span className="tabular-nums">{unseen === 1 ? "1 new line" : `${unseen} new lines`}</span>}
          Jump to end
          <Kbd keys="f" />
        </Button>
      )}
    </section>
  );
}
