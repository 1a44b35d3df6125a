"use client";

import { useQueryClient } from "@tanstack/react-query";
import { offText } from "@/components/board/autonomous-words.ts";
import { type useAutonomous, useTaskVerb } from "@/lib/client/mutations.ts";
import { notify } from "@/lib/client/notify.ts";
import { readColumns } from "@/lib/client/tasks.ts";

/** Turning off never kills work; it says what goes on, and offers to end that, too. */
export function useTurnOff(projectId: string, autonomous: ReturnType<typeof useAutonomous>): () => void {
  const client = useQueryClient();
  const verbs = useTaskVerb();
  return () => {
    const { running, queued } = readColumns(client, projectId);
    const returned = queued.filter(({ queuedBy }) => queuedBy === "system").length;
    const cancelAll = () => {
      for (const task of running) verbs.mutate({ task, verb: "cancel" });
    };
    autonomous.mutate(false, {
      onSuccess: () =>
        notify.info("Autonomous is off", {
          id: `autonomous-${projectId}`,
          description: offText(running.length, returned),
          ...(running.length > 0 && { action: { label: "Cancel the running ones", onClick: cancelAll } }),
        }),
    });
  };
}
