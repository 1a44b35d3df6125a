"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import type { Reaction } from "@/lib/monitor/schema.ts";

/** Lets the monitor look at a project now. What it did is told; what it noticed before it leaves alone. */
export function useMonitorCheck(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.monitor.check({ projectId }),
    onSuccess: ({ reactions }) => {
      const text = reactionWords(reactions);
      announce(text);
      notify.info(text, { id: "monitor-check" });
      void client.invalidateQueries({ queryKey: keys.queues });
    },
    onError: (thrown) =>
      notify.error("The monitor could not look", { id: "monitor-check", description: problemOf(thrown).message }),
  });
}

const done: Record<Reaction["strategy"], string> = {
  log_only: "noted",
  mark_stalled: "marked stalled",
  reassign: "offered anew",
  escalate: "escalated",
};

/** `2 tasks wait or are silent for too long: marked stalled.` */
export function reactionWords(reactions: readonly Pick<Reaction, "strategy">[]): string {
  const [first] = reactions;
  if (!first) return "Nothing new waits or is silent for too long.";
  const subject = reactions.length === 1 ? "1 task waits or is silent" : `${reactions.length} tasks wait or are silent`;
  return `${subject} for too long: ${done[first.strategy]}.`;
}
