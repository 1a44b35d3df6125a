"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useQueryState } from "nuqs";
import { ErrorCard } from "@/components/error-card.tsx";
import { Panel } from "@/components/frame/panel.tsx";
import { useShortcuts } from "@/components/shortcuts.ts";
import { TaskActions } from "@/components/task/task-actions.tsx";
import { TaskContent } from "@/components/task/task-content.tsx";
import { TaskKey } from "@/components/task/task-key.tsx";
import { TaskMissing } from "@/components/task/task-missing.tsx";
import { TaskSkeleton } from "@/components/task/task-skeleton.tsx";
import { tabInUrl } from "@/components/task/task-tab.ts";
import { startOrCancel } from "@/components/task/task-verbs.ts";
import { useNeighbours } from "@/components/task/use-neighbours.ts";
import { usePanelPlace } from "@/components/task/use-panel-place.ts";
import { problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { useTaskVerb } from "@/lib/client/mutations.ts";
import { useOpenTerminal } from "@/lib/client/open-terminal.ts";
import { useTask } from "@/lib/client/tasks.ts";
import type { PersonVerb } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

interface TaskPanelProps {
  projectId: string;
  projectKey: string;
  taskKey: string;
}

/** One task, beside its board. Its URL names the task, the tab and the attempt. */
export function TaskPanel({ projectId, projectKey, taskKey }: TaskPanelProps) {
  const { task, error } = useTask(projectId, taskKey);
  const client = useQueryClient();
  const { close, open } = usePanelPlace(projectKey, taskKey);
  if (task) return <OpenTask key={task.id} {...{ task, projectKey, close, open }} />;

  const problem = error ? problemOf(error) : null;
  return (
    <Panel label={`Task ${taskKey}`} header={<TaskKey taskKey={taskKey} />} onClose={close}>
      {problem === null ? (
        <TaskSkeleton />
      ) : problem.code === "NOT_FOUND" ? (
        <TaskMissing projectId={projectId} taskKey={taskKey} onClose={close} />
      ) : (
        <ErrorCard
          title={`Could not load ${taskKey}`}
          onRetry={() => void client.refetchQueries({ queryKey: keys.task(taskKey) })}
        >
          {problem.message}
        </ErrorCard>
      )}
    </Panel>
  );
}

interface OpenTaskProps {
  task: Task;
  projectKey: string;
  close: () => void;
  open: (taskKey: string) => void;
}

function OpenTask({ task, projectKey, close, open }: OpenTaskProps) {
  const { mutate, isPending } = useTaskVerb();
  const { mutate: startTerminal } = useOpenTerminal();
  const [, setTab] = useQueryState("tab", tabInUrl);
  const openTerminal = () => startTerminal(task, { onSuccess: () => void setTab("terminal") });
  const { previous, next } = useNeighbours(task);
  const act = (verb: PersonVerb, feedback?: string) =>
    mutate({ task, verb, ...(feedback !== undefined && { input: { feedback } }) });

  useShortcuts([
    {
      id: "task.previous",
      keys: "[",
      scope: "Task",
      label: "Previous task of the column",
      handler: () => previous && open(previous),
    },
    {
      id: "task.next",
      keys: "]",
      scope: "Task",
      label: "Next task of the column",
      handler: () => next && open(next),
    },
    {
      id: "task.start-or-cancel",
      keys: "s",
      scope: "Task",
      label: "Start or cancel the task",
      handler: ({ repeat }) => {
        const verb = startOrCancel(task.status);
        // Held down it would start, then cancel.
        if (verb && !repeat) act(verb);
      },
    },
  ]);

  return (
    <Panel
      label={`Task ${task.key}`}
      onClose={close}
      header={
        <div className="flex items-center justify-between gap-2">
          <TaskKey taskKey={task.key} />
          <TaskActions task={task} isBusy={isPending} onVerb={act} onTerminal={openTerminal} onGone={close} />
        </div>
      }
    >
      <TaskContent task={task} projectKey={projectKey} />
    </Panel>
  );
}
