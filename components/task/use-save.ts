"use client";

import { type Problem, problemOf } from "@/lib/client/api.ts";
import { useUpdateTask } from "@/lib/client/mutations.ts";
import type { Task } from "@/lib/task/schema.ts";

type Changes = Parameters<ReturnType<typeof useUpdateTask>["mutate"]>[0]["changes"];
/** Null when it was saved. `base` is the task as it was when the edit began: its version is sent along. */
export type Save = (base: Task, changes: Changes) => Promise<Problem | null>;

export function useSave(): Save {
  const { mutateAsync } = useUpdateTask();
  return async (task, changes) => {
    try {
      await mutateAsync({ task, changes });
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    }
  };
}
