"use client";

import { useId, useState } from "react";
import { useBoard, useBoardState } from "@/components/board/board-provider.tsx";
import { Card } from "@/components/board/card.tsx";
import { useCollapsed } from "@/components/board/collapsed.ts";
import { ColumnEmpty } from "@/components/board/column-empty.tsx";
import { CollapsedColumn, ColumnHeader } from "@/components/board/column-header.tsx";
import { ColumnList } from "@/components/board/column-list.tsx";
import { DropNote } from "@/components/board/drop-note.tsx";
import { planDrop } from "@/components/board/drop-rules.ts";
import { isEmptyFilter, matches } from "@/components/board/filter.ts";
import { useFilter } from "@/components/board/use-filter.ts";
import { cn } from "@/components/ui/class-names.ts";
import { useMediaQuery } from "@/components/ui/media-query.ts";
import { type Column as ColumnFacts, columnIdOf } from "@/lib/client/columns.ts";
import { useColumn, usePendingTasks } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

export function Column({ column, className }: { column: ColumnFacts; className?: string }) {
  const { projectId } = useBoard();
  const { carry, highlighted, openKey } = useBoardState();
  const { filter } = useFilter();
  const heading = useId();
  const { tasks: current, total, hasMore, hasFailed, loadMore, isLoading } = useColumn(projectId, column.id);
  const isCollapsed = useCollapsed(column.id, Math.max(total, current.length));
  const isPhone = useMediaQuery("(max-width: 639px)");
  const pending = usePendingTasks(projectId);

  // While a card is in the hand, what comes from outside waits until it is put down.
  const [held, setHeld] = useState(current);
  const isSteady = carry !== null && (carry.target === column.id || columnIdOf(carry.task.status) === column.id);
  if (!isSteady && held !== current) setHeld(current);
  const all = isSteady ? held : current;
  const tasks = isEmptyFilter(filter) ? all : all.filter((task) => matches(task, filter));

  const plan = carry && columnIdOf(carry.task.status) !== column.id ? planDrop(carry.task, column.id) : null;
  const isTarget = carry?.target === column.id;
  const isRefusing = plan !== null && plan.kind !== "verb";
  const lineAt = isTarget && plan === null ? lineOf(tasks, carry) : null;

  const look = cn(
    "relative flex h-full min-h-0 flex-col rounded-lg",
    isTarget && plan?.kind === "verb" && "outline-2 outline-accent -outline-offset-2",
    isRefusing ? "bg-bg outline outline-border outline-dashed -outline-offset-1" : "bg-sunken",
  );

  // On phones the tabs choose; there a column is never narrow.
  if (isCollapsed && !isPhone && !carry?.unfolded?.includes(column.id)) {
    return (
      <section data-column={column.id} data-folded aria-labelledby={heading} className={cn(look, "w-10 shrink-0")}>
        <CollapsedColumn column={column} headingId={heading} total={total} />
      </section>
    );
  }
  return (
    <section
      data-column={column.id}
      aria-labelledby={heading}
      className={cn(look, "w-full shrink-0 sm:w-auto sm:min-w-60 sm:max-w-90 sm:grow sm:basis-72 sm:shrink", className)}
    >
      <ColumnHeader
        column={column}
        headingId={heading}
        total={total}
        matching={isEmptyFilter(filter) ? null : tasks.length}
      />
      {tasks.length === 0 && !hasMore ? (
        <ColumnEmpty columnId={column.id} isLoading={isLoading} isFiltered={!isEmptyFilter(filter)} />
      ) : (
        <ColumnList
          columnId={column.id}
          tasks={tasks}
          keptId={carry?.task.id}
          lineAt={lineAt}
          hasMore={hasMore}
          hasFailed={hasFailed}
          onMore={loadMore}
          renderCard={(task) => (
            <Card
              task={task}
              isOpen={openKey === task.key}
              isLifted={carry?.task.id === task.id}
              isDimmed={highlighted !== null && !highlighted.has(task.id)}
              isPending={task.id in pending}
            />
          )}
        />
      )}
      {plan && (
        <DropNote isTarget={isTarget} isRefusing={isRefusing}>
          {"reason" in plan ? plan.reason : plan.label}
        </DropNote>
      )}
    </section>
  );
}

/** The line stands before the card that will follow; the carried card itself still stands in the list. */
function lineOf(tasks: readonly Task[], carry: { task: Task; index: number | null }): number | null {
  if (carry.index === null) return null;
  const from = tasks.findIndex((task) => task.id === carry.task.id);
  if (from === carry.index) return null;
  return from >= 0 && carry.index > from ? carry.index + 1 : carry.index;
}
