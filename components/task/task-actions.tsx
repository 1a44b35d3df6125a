"use client";

import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { FeedbackDialog } from "@/components/task/feedback-dialog.tsx";
import { menuOf } from "@/components/task/task-menu.ts";
import { primaryVerb, startOrCancel } from "@/components/task/task-verbs.ts";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { useDeleteTask } from "@/lib/client/mutations.ts";
import type { PersonVerb } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

interface TaskActionsProps {
  task: Task;
  isBusy: boolean;
  onVerb: (verb: PersonVerb, feedback?: string) => void;
  /** Somebody wants to work on it in a terminal. */
  onTerminal: () => void;
  /** After it is deleted. */
  onGone: () => void;
}

/** The one action of the status, and a menu with everything else that is legal now. */
export function TaskActions({ task, isBusy, onVerb, onTerminal, onGone }: TaskActionsProps) {
  const [asked, setAsked] = useState<"feedback" | "delete" | null>(null);
  const { mutateAsync: deleteTask } = useDeleteTask();
  const { verb, label, variant } = primaryVerb(task.status);
  const choose = (chosen: PersonVerb) => (chosen === "requestChanges" ? setAsked("feedback") : onVerb(chosen));

  // Not a callback of `mutate`: those are dropped when the panel loses its task, which happens first.
  const remove = async () => {
    try {
      await deleteTask(task);
      onGone();
    } catch {
      // Already said by the mutation.
    }
  };

  return (
    <div className="flex shrink-0 items-center gap-1">
      {task.status === "REVIEW" && (
        <Button size="sm" onClick={() => setAsked("feedback")} className="max-sm:hidden">
          Request changes
        </Button>
      )}
      <Button size="sm" variant={variant} isBusy={isBusy} title={hintOf(task)} onClick={() => choose(verb)}>
        {label}
      </Button>
      <DropdownMenu entries={menuOf(task, { onVerb: choose, onTerminal, onDelete: () => setAsked("delete") })}>
        <IconButton label="More actions" size="sm">
          <MoreHorizontal aria-hidden />
        </IconButton>
      </DropdownMenu>
      <FeedbackDialog
        task={task}
        open={asked === "feedback"}
        onOpenChange={() => setAsked(null)}
        onSend={(feedback) => onVerb("requestChanges", feedback)}
      />
      <AlertDialog
        open={asked === "delete"}
        onOpenChange={() => setAsked(null)}
        title={`Delete ${task.key}?`}
        description="Its sessions and logs are deleted with it. Its branch in the repository stays."
        confirmLabel={`Delete ${task.key}`}
        onConfirm={remove}
      />
    </div>
  );
}

const hintOf = (task: Task) => (startOrCancel(task.status) ? `${primaryVerb(task.status).label} (S)` : undefined);
