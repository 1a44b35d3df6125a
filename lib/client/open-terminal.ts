import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { notify } from "@/lib/client/notify.ts";
import { storeTask } from "@/lib/client/tasks.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";
import type { Task } from "@/lib/task/schema.ts";

const startable: readonly TaskStatus[] = ["DRAFT", "APPROVED", "FAILED", "STALLED", "COMPLETED", "CANCELLED"];

/** Whether a person can work on it in a terminal now: commands and Claude Code have one. */
export const mayHaveTerminal = ({ type, status }: Task): boolean =>
  (type === "cli" || type === "claude-code") && startable.includes(status);

/** Queues an interactive session of a task. Its terminal is there once it has started. */
export function useOpenTerminal() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (task: Task) => api.session.start({ taskId: task.id, type: "interactive", queue: true }),
    onSuccess: ({ task }) => {
      storeTask(client, task);
      announce(`${task.key} queued. Its terminal opens when it starts.`);
    },
    onError: (thrown, task) => {
      const title = `Could not open a terminal for ${task.key}`;
      const { message } = problemOf(thrown);
      notify.error(title, { id: `terminal-${task.id}`, description: message });
      announce(`${title}. ${message}`);
    },
  });
}
