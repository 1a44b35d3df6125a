"use client";

import { useQuery } from "@tanstack/react-query";
import { Anchor } from "@/components/board/anchor.tsx";
import { useBoard } from "@/components/board/board-provider.tsx";
import type { Point } from "@/components/board/dialogs.ts";
import { useMoves } from "@/components/board/use-moves.ts";
import { Button } from "@/components/ui/button.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useAutonomous, useTaskVerb } from "@/lib/client/mutations.ts";
import { explanationQuery } from "@/lib/client/queries.ts";
import type { Reason, Task } from "@/lib/task/schema.ts";

interface WhyOverlayProps {
  task: Task;
  at: Point;
  onClose: () => void;
}

/** Why a task is not running: the whole list in order, each reason with what can be done about it. */
export function WhyOverlay({ task, at, onClose }: WhyOverlayProps) {
  const { data, error } = useQuery(explanationQuery(task.id));
  return (
    <Popover
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      label={`Why ${task.key} is not running`}
      trigger={<Anchor at={at} label={`Why ${task.key} is not running`} />}
    >
      <h3 className="mb-2 font-medium text-sm">Why {task.key} is not running</h3>
      {error && <p className="text-danger text-sm">{problemOf(error).message}</p>}
      {!data && !error && <Skeleton className="h-10 w-64" />}
      {data?.reasons.length === 0 && <p className="text-muted text-sm">Nothing holds it any more.</p>}
      <ol className="flex w-72 flex-col gap-2">
        {data?.reasons.map((reason) => (
          <li key={reason.code} className="flex flex-col items-start gap-1 text-sm">
            <span>{reason.message}</span>
            <ReasonAction reason={reason} task={task} onDone={onClose} />
          </li>
        ))}
      </ol>
    </Popover>
  );
}

function ReasonAction({ reason, task, onDone }: { reason: Reason; task: Task; onDone: () => void }) {
  const { projectId, openTask } = useBoard();
  const moves = useMoves();
  const verbs = useTaskVerb();
  const autonomous = useAutonomous(projectId);
  const actions: Partial<Record<Reason["code"], [string, () => void]>> = {
    DRAFT: ["Approve", () => moves.run(task, "approve")],
    BLOCKED_BY: ["Open its dependencies", () => openTask(task)],
    DEPENDENCY_FAILED: ["Open its dependencies", () => openTask(task)],
    AUTONOMOUS_OFF: ["Start Processing", () => autonomous.mutate(true)],
    NOT_DUE: ["Take out of the queue", () => verbs.mutate({ task, verb: "unqueue" })],
  };
  const action = actions[reason.code];
  if (!action) return null;
  const [label, run] = action;
  return (
    <Button
      size="sm"
      onClick={() => {
        onDone();
        run();
      }}
    >
      {label}
    </Button>
  );
}
