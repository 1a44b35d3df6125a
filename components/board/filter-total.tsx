"use client";

import { useQuery } from "@tanstack/react-query";
import { useBoard } from "@/components/board/board-provider.tsx";
import { matches } from "@/components/board/filter.ts";
import { useFilter } from "@/components/board/use-filter.ts";
import { projectQuery } from "@/lib/client/queries.ts";
import { useTasks } from "@/lib/client/tasks.ts";

/** `12 of 348`, over all columns that are shown. */
export function FilterTotal() {
  const { projectId } = useBoard();
  const { filter, showsCancelled } = useFilter();
  const { byId } = useTasks(projectId);
  const { data: project } = useQuery(projectQuery(projectId));
  if (!project) return null;
  const shown = Object.values(byId).filter((task) => showsCancelled || task.status !== "CANCELLED");
  const all = Object.values(project.counts).reduce((sum, count) => sum + count, 0);
  const total = showsCancelled ? all : all - project.counts.CANCELLED;
  return (
    <span className="shrink-0 text-muted text-xs tabular-nums">
      {shown.filter((task) => matches(task, filter)).length} of {total}
    </span>
  );
}
