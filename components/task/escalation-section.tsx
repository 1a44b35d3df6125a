"use client";

import { useQuery } from "@tanstack/react-query";
import { DependencyRow } from "@/components/task/dependency-row.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { escalationsQuery } from "@/lib/client/queries.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

interface EscalationSectionProps {
  task: Task;
  projectKey: string;
  sessions: readonly Session[];
}

/** Between what stands still and the task that asks a person to look into it, both ways. */
export function EscalationSection({ task, projectKey, sessions }: EscalationSectionProps) {
  const about = task.metadata.stalledTaskId;
  const isWatched =
    task.status === "STALLED" ||
    task.monitoredAt !== null ||
    sessions.some(({ monitoredAt, endedAt }) => monitoredAt !== null && endedAt === null);
  const { data: askedBy = [] } = useQuery({ ...escalationsQuery(task), enabled: isWatched });
  const [title, ids] = typeof about === "string" ? ["Asks you to look into", [about]] : ["Looked into by", askedBy];
  if (ids.length === 0) return null;
  return (
    <TaskSection title={title}>
      <ul aria-label={title} className="rounded-md border border-border">
        {ids.map((id) => (
          <DependencyRow key={id} id={id} projectId={task.projectId} projectKey={projectKey} />
        ))}
      </ul>
    </TaskSection>
  );
}
