"use client";

import { useState } from "react";
import { rowStyles } from "@/components/queue/queue-section.tsx";
import { TaskLink } from "@/components/queue/task-link.tsx";
import { taskStates } from "@/components/state.ts";
import { FeedbackDialog } from "@/components/task/feedback-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import { useTaskVerb } from "@/lib/client/mutations.ts";
import type { Task } from "@/lib/task/schema.ts";

/** A task that waits for a decision: finished work is accepted or sent back, what stopped is tried again. */
export function InboxTask({ task }: { task: Task }) {
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending } = useTaskVerb();
  const isReview = task.status === "REVIEW";
  return (
    <li data-item className={rowStyles}>
      <div className="flex min-w-0 grow basis-64 flex-col gap-1">
        <TaskLink taskKey={task.key} title={task.title} />
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-xs">
          <StateBadge state={taskStates[task.status]} look="plain" />
          <RelativeTime at={task.statusSince} className="text-subtle" />
          {!isReview && task.lastError && <span className="min-w-0 truncate text-muted">{task.lastError}</span>}
        </span>
      </div>
      {isReview ? (
        <span className="ms-auto flex flex-wrap gap-2">
          <Button
            size="sm"
            data-act="deny"
            aria-label={`Request changes to ${task.key}`}
            onClick={() => setAsking(true)}
          >
            Request changes
          </Button>
          <Button
            size="sm"
            variant="primary"
            data-act="allow"
            aria-label={`Accept ${task.key}`}
            isBusy={isPending}
            onClick={() => mutate({ task, verb: "accept" })}
          >
            Accept
          </Button>
        </span>
      ) : (
        <Button
          size="sm"
          className="ms-auto"
          data-act="allow"
          aria-label={`Retry ${task.key}`}
          isBusy={isPending}
          onClick={() => mutate({ task, verb: "retry" })}
        >
          Retry
        </Button>
      )}
      {isAsking && (
        <FeedbackDialog
          task={task}
          open
          onOpenChange={() => setAsking(false)}
          onSend={(feedback) => mutate({ task, verb: "requestChanges", input: { feedback } })}
        />
      )}
    </li>
  );
}
