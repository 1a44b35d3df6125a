"use client";

import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useClearQueue } from "@/lib/client/queue.ts";
import type { TaskType } from "@/lib/task/schema.ts";

interface ClearQueueProps {
  /** Exactly what is shown is cleared. */
  filter: { projectId?: string; type?: TaskType };
  projectKey: string;
  count: number;
}

/** Takes what is shown out of the queue; asks once. */
export function ClearQueue({ filter, projectKey, count }: ClearQueueProps) {
  const clear = useClearQueue();
  const what = [count, filter.type, count === 1 ? "task" : "tasks"].filter(Boolean).join(" ");
  const where = filter.projectId ? ` of ${projectKey}` : " of all projects";
  return (
    <AlertDialog
      trigger={
        <Button size="sm" disabled={count === 0} isBusy={clear.isPending}>
          Clear
        </Button>
      }
      title={`Clear ${what}${where}?`}
      description="They go back to Approved; nothing that runs is ended. Where autonomous mode is on they are queued again at once: turn it off first to keep them out."
      confirmLabel={`Clear ${what}`}
      cancelLabel="Keep the queue"
      isDanger={false}
      onConfirm={() => clear.mutate(filter)}
    />
  );
}
