"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { registerScroller } from "@/components/board/focus-card.ts";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** From here on only what is near the view is drawn. */
const virtualFrom = 50;
const cardHeight = 96;
const gap = 8;

interface ColumnListProps {
  columnId: string;
  tasks: readonly Task[];
  /** Stays drawn while out of view: it is in the hand. */
  keptId: string | undefined;
  /** Where a line shows the landing place. */
  lineAt: number | null;
  hasMore: boolean;
  onNearEnd: () => void;
  renderCard: (task: Task) => ReactNode;
}

export function ColumnList({ tasks, ...props }: ColumnListProps) {
  return tasks.length < virtualFrom && !props.hasMore ? (
    <PlainList tasks={tasks} {...props} />
  ) : (
    <VirtualList tasks={tasks} {...props} />
  );
}

const listStyles = "min-h-0 flex-1 overflow-y-auto overscroll-contain p-1 [scroll-padding:8px]";
const line = <span aria-hidden className="-mt-[5px] mb-[3px] block h-0.5 rounded-full bg-accent" />;

function PlainList({ tasks, lineAt, renderCard }: ColumnListProps) {
  return (
    <ul data-list className={`${listStyles} flex flex-col gap-2`}>
      {tasks.map((task, index) => (
        <li key={task.id} data-row={task.id}>
          {lineAt === index && line}
          {renderCard(task)}
        </li>
      ))}
      {lineAt !== null && lineAt >= tasks.length && <li aria-hidden>{line}</li>}
    </ul>
  );
}

function VirtualList({ columnId, tasks, keptId, lineAt, hasMore, onNearEnd, renderCard }: ColumnListProps) {
  "use no memo"; // the virtualiser changes in place
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: tasks.length + (hasMore ? 1 : 0),
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
  const isNearEnd = hasMore && last >= tasks.length - 20;

  useEffect(() => {
    if (isNearEnd) onNearEnd();
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
              {lineAt === index && line}
              {task ? renderCard(task) : <Skeleton className="h-24 rounded-lg" />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
