"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { registerScroller } from "@/components/board/focus-card.ts";
import { type ColumnListProps, isMoreWanted, landingLine, listStyles } from "@/components/board/list-parts.tsx";
import { MoreFailed } from "@/components/board/more-failed.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";

const cardHeight = 96;
const gap = 8;

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
    rangeExtractor: (range) => {
      const focused = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row;
      const kept = [keptId, focused].map((id) => (id ? tasks.findIndex((task) => task.id === id) : -1));
      const indexes = new Set([...defaultRangeExtractor(range), ...kept.filter((index) => index >= 0)]);
      return [...indexes].sort((a, b) => a - b);
    },
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;

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
      <ul style={{ height: virtualizer.getTotalSize() }} className="relative">
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
              style={{ transform: `translateY(${start}px)` }}
              className="absolute inset-x-0 top-0"
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
