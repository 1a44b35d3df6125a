"use client";

import dynamic from "next/dynamic";
import { type ColumnListProps, landingLine, listStyles } from "@/components/board/list-parts.tsx";

/** Comes with the first long column. */
const VirtualList = dynamic(() => import("@/components/board/virtual-list.tsx").then((file) => file.VirtualList));

/** From here on only what is near the view is drawn. */
const virtualFrom = 50;

export function ColumnList({ tasks, ...props }: ColumnListProps) {
  return tasks.length < virtualFrom && !props.hasMore ? (
    <PlainList tasks={tasks} {...props} />
  ) : (
    <VirtualList tasks={tasks} {...props} />
  );
}

function PlainList({ tasks, lineAt, renderCard }: ColumnListProps) {
  return (
    <ul data-list className={`${listStyles} flex flex-col gap-2`}>
      {tasks.map((task, index) => (
        <li key={task.id} data-row={task.id} data-index={index}>
          {lineAt === index && landingLine}
          {renderCard(task)}
        </li>
      ))}
      {lineAt !== null && lineAt >= tasks.length && <li aria-hidden>{landingLine}</li>}
    </ul>
  );
}
