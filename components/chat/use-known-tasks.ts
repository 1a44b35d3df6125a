import { useQuery } from "@tanstack/react-query";
import type { KnownTask } from "@/components/chat/complete.ts";
import type { TaskStore } from "@/lib/client/task-store.ts";
import { tasksQuery } from "@/lib/client/tasks.ts";

const nothing: readonly KnownTask[] = [];

/** The project's cards for completion, newest first; read only while a command is being written. */
export function useKnownTasks(projectId: string, isWanted: boolean): readonly KnownTask[] {
  const { data = nothing } = useQuery({
    ...tasksQuery(projectId),
    enabled: isWanted,
    select: isWanted ? newestFirst : selectNothing,
  });
  return data;
}

const newestFirst = (store: TaskStore): readonly KnownTask[] =>
  Object.values(store.byId).sort((a, b) => b.number - a.number);
const selectNothing = () => nothing;
