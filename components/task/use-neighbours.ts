"use client";

import { columnIdOf } from "@/lib/client/columns.ts";
import { useColumn } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

/** The keys of the tasks before and after this one, in its column as the board shows it. */
export function useNeighbours(task: Task): { previous: string | undefined; next: string | undefined } {
  const { tasks } = useColumn(task.projectId, columnIdOf(task.status));
  const index = tasks.findIndex(({ id }) => id === task.id);
  if (index === -1) return { previous: undefined, next: undefined };
  return { previous: tasks[index - 1]?.key, next: tasks[index + 1]?.key };
}
