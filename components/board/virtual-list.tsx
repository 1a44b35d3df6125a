"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { registerScroller } from "@/components/board/focus-card.ts";
import { type ColumnListProps, isMoreWanted, landingLine, listStyles } from "@/components/board/list-parts.tsx";
import { MoreFailed } from "@/components/board/more-failed.tsx";
import { cn } from "@/components/ui/class-names.ts";
import { Skeleton } from "@/components/ui/skeleton.tsx";

const cardHeight = 96;
const gap = 8;

/** What the page brings along: cards for a screen, seen before any script runs. */
const unmeasured = { width: 0, height: 800 };

/** Draws only what is near the view; what has the focus or is in the hand stays drawn. */
export function VirtualList({ columnId, tasks, keptId, lineAt, renderCard, ...more }: ColumnListProps) {
  "use no memo"; // the virtualiser changes in place
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: tasks.length + (more.hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey: (index) => tasks[index]?.id ?? "more",
    gap,
    overscan: 6,
    initialRect: unmeasured,
    rangeExtractor: (range) => {
      const focused = globalThis.document?.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row;
      const kept = [keptId, focused].map((id) => (id ? tasks.findIndex((task) => task.id === id) : -1));
      const indexes = new Set([...defaultRangeExtractor(range), ...kept.filter((index) => index >= 0)]);
      return [...indexes].sort((a, b) => a - b);
    },
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  // Until the heights are known the first rows follow each other by themselves.
  const isPlaced = virtualizer.scrollElement !== null;

  useEffect(() => {
    if (isMoreWanted(more, { last, count: tasks.length })) more.onMore();
  });
  useEffect(() =>
    registerScroller(columnId, (taskId) => {
      const index = tasks.findIndex((task) => task.id === taskId);
      if (index >= 0) virtualizer.scrollToIndex(index);
    }),
  );

  return (
    <div ref={scroller} data-list className={listStyles}>
      <ul
        style={{ height: virtualizer.getTotalSize() }}
        className={cn("relative", !isPlaced && "flex flex-col gap-2 *:shrink-0")}
      >
        {rows.map(({ index, key, start }) => {
          const task = tasks[index];
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              data-row={task?.id}
              aria-setsize={tasks.length}
              aria-posinset={index + 1}
              style={isPlaced ? { transform: `translateY(${start}px)` } : undefined}
              className={isPlaced ? "absolute inset-x-0 top-0" : undefined}
            >
              {lineAt === index && landingLine}
              {task ? (
                renderCard(task)
              ) : more.hasFailed ? (
                <MoreFailed onRetry={more.onMore} />
              ) : (
                <Skeleton className="h-24 rounded-lg!" />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
