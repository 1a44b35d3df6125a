import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { rowStyles } from "@/components/queue/queue-section.tsx";
import { TaskLink } from "@/components/queue/task-link.tsx";
import { TriggerNotes } from "@/components/rule/trigger-notes.tsx";
import { taskStates, triggerStates } from "@/components/state.ts";
import { Button } from "@/components/ui/button.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useCreateTaskOf } from "@/lib/client/rule-mutations.ts";
import type { Trigger } from "@/lib/rule/schema.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";

interface TriggerRowProps {
  trigger: Trigger;
  /** Takes the focus when the row goes with it. */
  list: RefObject<HTMLElement | null>;
}

/** What happened, and what the rule made of it; where that is no task, the person may have it all the same. */
export function TriggerRow({ trigger, list }: TriggerRowProps) {
  const { subject, what, ruleName, status, task, createdAt } = trigger;
  const row = useRef<HTMLLIElement>(null);
  const create = useCreateTaskOf(trigger);
  const isCreated = status === "CREATED";
  useKeptFocus(row, list, create.isSuccess && isCreated);
  return (
    <li ref={row} className={rowStyles}>
      <div className="flex min-w-0 grow basis-64 flex-col gap-1">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-sm">
          <span className="min-w-0 break-all font-mono text-mono-sm">{subject}</span>
          <span className="text-muted [overflow-wrap:anywhere]">{what}</span>
        </p>
        <p className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-subtle text-xs">
          <StateBadge state={triggerStates[status]} look="plain" />
          <span className="min-w-0 [overflow-wrap:anywhere]">by {ruleName}</span>
          <RelativeTime at={createdAt} />
        </p>
        {task && (
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <TaskLink taskKey={task.key} title={task.title} />
            <StateBadge state={taskStates[task.status as TaskStatus]} look="plain" />
          </div>
        )}
        {isCreated && !task && <p className="text-muted text-sm">The task was deleted.</p>}
        <TriggerNotes trigger={trigger} />
        {create.error && (
          <p role="alert" className="text-danger text-xs">
            Not created. {problemOf(create.error).message}
          </p>
        )}
      </div>
      {!isCreated && (
        <Button
          size="sm"
          aria-label={`Create task anyway for ${subject}`}
          isBusy={create.isPending}
          onClick={() => create.mutate()}
        >
          Create task anyway
        </Button>
      )}
    </li>
  );
}

/** The button goes with what it did: then the focus is on the new task. Where the filter takes the row away, too, it is on the list. */
function useKeptFocus(row: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>, isDone: boolean): void {
  useEffect(() => {
    if (isDone && document.activeElement === document.body) row.current?.querySelector("a")?.focus();
  }, [isDone, row]);
  useLayoutEffect(() => {
    const element = row.current;
    return () => {
      if (element?.contains(document.activeElement)) list.current?.focus();
    };
  }, [row, list]);
}
