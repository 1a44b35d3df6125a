"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect } from "react";
import { Anchor } from "@/components/board/anchor.tsx";
import { useBoard } from "@/components/board/board-provider.tsx";
import type { Point } from "@/components/board/dialogs.ts";
import { cardElement } from "@/components/board/focus-card.ts";
import { taskStates } from "@/components/state.ts";
import { Popover } from "@/components/ui/popover.tsx";
import { StateIcon } from "@/components/ui/state-icon.tsx";
import { taskQuery } from "@/lib/client/queries.ts";
import { useTasks } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

interface DependenciesOverlayProps {
  task: Task;
  at: Point;
  onClose: () => void;
}

/** What a task waits for and what waits for it. While it is open those cards stand out on the board. */
export function DependenciesOverlay({ task, at, onClose }: DependenciesOverlayProps) {
  const { highlight } = useBoard();
  const { blockedBy, blocks } = task;

  useEffect(() => {
    highlight(new Set([task.id, ...task.blockedBy, ...task.blocks]));
    const first = [...task.blockedBy, ...task.blocks].map(cardElement).find((element) => element !== null);
    first?.closest("li")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return () => highlight(null);
  }, [highlight, task]);

  return (
    <Popover
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      label={`Dependencies of ${task.key}`}
      trigger={<Anchor at={at} label={`Dependencies of ${task.key}`} />}
      className="w-80"
    >
      {blockedBy.length > 0 && <TaskLinks title={`${task.key} waits for`} ids={blockedBy} onOpen={onClose} />}
      {blocks.length > 0 && <TaskLinks title={`${task.key} holds back`} ids={blocks} onOpen={onClose} />}
    </Popover>
  );
}

function TaskLinks({ title, ids, onOpen }: { title: string; ids: readonly string[]; onOpen: () => void }) {
  return (
    <section className="mb-2 last:mb-0">
      <h3 className="mb-1 font-medium text-sm">{title}</h3>
      <ul>
        {ids.slice(0, 20).map((id) => (
          <TaskLink key={id} id={id} onOpen={onOpen} />
        ))}
      </ul>
      {ids.length > 20 && <p className="text-muted text-xs">and {ids.length - 20} more</p>}
    </section>
  );
}

function TaskLink({ id, onOpen }: { id: string; onOpen: () => void }) {
  const { projectId, hrefOf } = useBoard();
  const known = useTasks(projectId).byId[id];
  const { data: read } = useQuery({ ...taskQuery(id), enabled: !known });
  const task = known ?? read;
  if (!task) return null;
  const state = taskStates[task.status];
  return (
    <li>
      <Link
        href={hrefOf(task)}
        prefetch={false}
        scroll={false}
        onClick={onOpen}
        className="flex min-h-7 items-center gap-2 rounded-sm px-1 text-sm hover:bg-selected"
      >
        <StateIcon state={state} label={state.label} />
        <span className="font-mono text-subtle text-xs">{task.key}</span>
        <span className="min-w-0 truncate">{task.title}</span>
      </Link>
    </li>
  );
}
