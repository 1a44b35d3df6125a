import { TaskCard } from "@/components/chat/task-card.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useTaskVerb } from "@/lib/client/mutations.ts";
import { useTask } from "@/lib/client/tasks.ts";

interface LiveTaskCardProps {
  projectId: string;
  projectKey: string;
  taskId: string;
}

/** The card of a reply; follows the task wherever it goes. */
export function LiveTaskCard({ projectId, projectKey, taskId }: LiveTaskCardProps) {
  const { task, error } = useTask(projectId, taskId);
  const verb = useTaskVerb();
  if (task) {
    return <TaskCard task={task} projectKey={projectKey} onVerb={(name) => verb.mutate({ task, verb: name })} />;
  }
  if (error) {
    const isGone = problemOf(error).code === "NOT_FOUND";
    return (
      <p className="rounded-lg border border-border p-3 text-muted text-sm">
        {isGone ? "This task was deleted." : problemOf(error).message}
      </p>
    );
  }
  return <Skeleton className="h-24 w-full rounded-lg!" />;
}
