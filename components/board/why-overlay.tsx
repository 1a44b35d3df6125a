"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { Anchor } from "@/components/board/anchor.tsx";
import { useBoard } from "@/components/board/board-provider.tsx";
import type { Point } from "@/components/board/dialogs.ts";
import { ReasonAction } from "@/components/task/reason-action.tsx";
import { ReasonText } from "@/components/task/reason-text.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { explanationQuery } from "@/lib/client/queries.ts";
import { useTask } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

interface WhyOverlayProps {
  task: Task;
  at: Point;
  onClose: () => void;
}

/** Why a task is not running: the whole list in order, each reason with what can be done about it. */
export function WhyOverlay({ task: opened, at, onClose }: WhyOverlayProps) {
  const { projectId, projectKey } = useBoard();
  const { data, error } = useQuery(explanationQuery(opened.id));
  // What leads elsewhere leaves nothing standing here.
  const path = usePathname();
  const [openedOn] = useState(path);
  useEffect(() => {
    if (path !== openedOn) onClose();
  }, [path, openedOn, onClose]);
  // What is done here changes it.
  const { task = opened } = useTask(projectId, opened.id);
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
      <ol className="flex w-72 max-w-full flex-col gap-2">
        {data?.reasons.map((reason) => (
          <li key={`${reason.code} ${reason.message}`} className="flex flex-col items-start gap-1 text-sm">
            <span>
              <ReasonText reason={reason} />
            </span>
            <ReasonAction reason={reason} task={task} projectKey={projectKey} />
          </li>
        ))}
      </ol>
    </Popover>
  );
}
