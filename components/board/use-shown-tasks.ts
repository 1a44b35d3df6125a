"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useBoard } from "@/components/board/board-provider.tsx";
import { isEmptyFilter, matches } from "@/components/board/filter.ts";
import { useFilter } from "@/components/board/use-filter.ts";
import type { ColumnId } from "@/lib/client/columns.ts";
import { readColumns } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Reads what a column shows now, in its order. */
export function useShownTasks(): (column: ColumnId) => readonly Task[] {
  const { projectId } = useBoard();
  const { filter } = useFilter();
  const client = useQueryClient();
  return (column) => {
    const tasks = readColumns(client, projectId)[column];
    return isEmptyFilter(filter) ? tasks : tasks.filter((task) => matches(task, filter));
  };
}
