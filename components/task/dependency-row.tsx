"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { taskStates } from "@/components/state.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useTask } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

interface DependencyRowProps {
  id: string;
  projectId: string;
  projectKey: string;
  /** Left out where the edge is not the person's to remove. */
  onRemove?: (other: Task) => void;
}

/** A neighbour in the graph: state, key, title; opens it. */
export function DependencyRow({ id, projectId, projectKey, onRemove }: DependencyRowProps) {
  const { task: other, error } = useTask(projectId, id);
  return (
    <li className="flex min-h-9 items-center gap-2 border-border border-b ps-2.5 pe-1 last:border-b-0">
      {other ? (
        <>
          <Link
            href={`/p/${projectKey}/t/${other.key}`}
            className="flex min-w-0 flex-1 items-baseline gap-2 rounded-sm py-1 hover:underline"
          >
            <span className="shrink-0 font-mono text-subtle text-xs">{other.key}</span>
            <span className="truncate">{other.title}</span>
          </Link>
          <StateBadge state={taskStates[other.status]} className="shrink-0" />
          {onRemove ? (
            <IconButton label={`Remove dependency on ${other.key}`} size="sm" onClick={() => onRemove(other)}>
              <X aria-hidden />
            </IconButton>
          ) : (
            <span className="w-1" />
          )}
        </>
      ) : error ? (
        <span className="text-muted text-sm">{problemOf(error).message}</span>
      ) : (
        <Skeleton className="h-4 w-2/3" />
      )}
    </li>
  );
}
