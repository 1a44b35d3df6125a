"use client";

import { useQuery } from "@tanstack/react-query";
import { FileQuestion } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { api } from "@/lib/client/api.ts";

interface TaskMissingProps {
  projectId: string;
  taskKey: string;
  onClose: () => void;
}

/** There is no such task; says who deleted it when the journal knows. */
export function TaskMissing({ projectId, taskKey, onClose }: TaskMissingProps) {
  const { data: deletion } = useQuery({
    queryKey: ["deletion", projectId, taskKey],
    queryFn: () => findDeletion(projectId, taskKey),
  });
  return (
    <EmptyState
      icon={<FileQuestion aria-hidden />}
      title={`There is no task ${taskKey}.`}
      description={
        deletion && (
          <>
            {deletion.actor.name} deleted “{deletion.title}”, <RelativeTime at={deletion.at} />.
          </>
        )
      }
      actions={<Button onClick={onClose}>Back to the board</Button>}
    />
  );
}

async function findDeletion(projectId: string, taskKey: string) {
  const { items } = await api.event.list({ projectId, type: "TASK_DELETED", order: "desc", limit: 200 });
  for (const { actor, at, payload } of items) {
    const { key, title } = payload as { key?: string; title?: string };
    if (key === taskKey) return { actor, at, title: title ?? taskKey };
  }
  return null;
}
