"use client";

import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import type { Task } from "@/lib/task/schema.ts";

/** Comes with the first long column. */
const VirtualList = dynamic(() => import("@/components/board/virtual-list.tsx").then((file) => file.VirtualList));

/** From here on only what is near the view is drawn. */
const virtualFrom = 50;

export interface ColumnListProps {
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

export const listStyles = "min-h-0 flex-1 overflow-y-auto overscroll-contain p-1 [scroll-padding:8px]";
export const landingLine = <span aria-hidden className="-mt-[5px] mb-[3px] block h-0.5 rounded-full bg-accent" />;

function PlainList({ tasks, lineAt, renderCard }: ColumnListProps) {
  return (
    <ul data-list className={`${listStyles} flex flex-col gap-2`}>
      {tasks.map((task, index) => (
        <li key={task.id} data-row={task.id}>
          {lineAt === index && landingLine}
          {renderCard(task)}
        </li>
      ))}
      {lineAt !== null && lineAt >= tasks.length && <li aria-hidden>{landingLine}</li>}
    </ul>
  );
}
