"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import { storeTask } from "@/lib/client/tasks.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** What a person does with the queue. Each reads it again at once; a refusal is told with its reason. */
function useQueueChange<Input>(change: (input: Input) => Promise<string>, failed: (input: Input) => string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (done) => announce(done),
    onError: (thrown, input) => notify.error(failed(input), { description: problemOf(thrown).message }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.queues });
      void client.invalidateQueries({ queryKey: keys.resources });
    },
  });
}

const tasks = (count: number) => (count === 1 ? "1 task" : `${count} tasks`);

/** Back to Approved: all of a project, of a type, or all there are. */
export const useClearQueue = () =>
  useQueueChange(
    async (filter: { projectId?: string; type?: TaskType }) => {
      const { cleared } = await api.queue.clear(filter);
      const done = `${tasks(cleared.length)} back in Approved`;
      notify.info(done);
      return `${done}.`;
    },
    () => "Could not clear the queue",
  );

/** Lifts the pause of a type of agent before the time its provider named. */
export const useResumeAgent = () =>
  useQueueChange(
    async (agent: TaskType) => {
      const { pausedUntil } = await api.queue.resume({ agent });
      return pausedUntil === null ? `${agent} was not paused any more.` : `${agent} is resumed.`;
    },
    (agent) => `Could not resume ${agent}`,
  );

export interface RunningTask {
  id: string;
  taskKey: string;
}

/** Ends a session with everything it started; its task is cancelled. */
export const useStopSession = () =>
  useQueueChange(
    async ({ id, taskKey }: RunningTask) => {
      await api.session.cancel({ sessionId: id });
      return `${taskKey} cancelled.`;
    },
    ({ taskKey }) => `Could not stop ${taskKey}`,
  );

interface QueuedTask {
  taskId: string;
  key: string;
}

export function useUnqueue() {
  const client = useQueryClient();
  return useQueueChange(
    async ({ taskId, key }: QueuedTask) => {
      storeTask(client, await api.task.unqueue({ taskId }));
      return `${key} back in Approved.`;
    },
    ({ key }) => `Could not take ${key} out of the queue`,
  );
}

/** The page of the queue knows no versions: the edit is based on the task as it is now. */
export function useQueuedPriority() {
  const client = useQueryClient();
  return useQueueChange(
    async ({ taskId, priority }: QueuedTask & { priority: number }) => {
      const { version } = await api.task.get({ taskId });
      const task = await api.task.update({ taskId, priority, version });
      storeTask(client, task);
      return task.queuePosition ? `${task.key} is number ${task.queuePosition} now.` : `${task.key} saved.`;
    },
    ({ key }) => `Could not change the priority of ${key}`,
  );
}
