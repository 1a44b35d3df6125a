"use client";

import { useState } from "react";
import { DependencyRow } from "@/components/task/dependency-row.tsx";
import { DependencySearch } from "@/components/task/dependency-search.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useDependency } from "@/lib/client/mutations.ts";
import { editableGraphStatuses, type TaskStatus } from "@/lib/task/machine.ts";
import type { Task } from "@/lib/task/schema.ts";

const mayWait = (status: TaskStatus) => (editableGraphStatuses as readonly TaskStatus[]).includes(status);

/** What the task waits for and what waits for it, with their states; both lists can grow and shrink here. */
export function DependenciesSection({ task, projectKey }: { task: Task; projectKey: string }) {
  return (
    <TaskSection title="Dependencies">
      <Edges
        title="Waits for"
        empty="Waits for no other task."
        ids={task.dependsOn}
        refusal={mayWait(task.status) ? null : "It has been started: it can no longer wait for another task."}
        edgeTo={(other) => ({ task, dependsOnId: other.id })}
        {...{ task, projectKey }}
      />
      <Edges
        title="Blocks"
        empty="No open task waits for it."
        ids={task.blocks}
        refusal={null}
        edgeTo={(other) => ({ task: other, dependsOnId: task.id })}
        {...{ task, projectKey }}
      />
    </TaskSection>
  );
}

interface EdgesProps {
  title: string;
  empty: string;
  task: Task;
  projectKey: string;
  ids: readonly string[];
  /** Why nothing can be added, if so. */
  refusal: string | null;
  edgeTo: (other: Task) => { task: Task; dependsOnId: string };
}

function Edges({ title, empty, task, projectKey, ids, refusal, edgeTo }: EdgesProps) {
  const { mutateAsync, isPending } = useDependency();
  const [error, setError] = useState<string | null>(null);

  const change = async (other: Task, kind: "add" | "remove"): Promise<boolean> => {
    setError(null);
    try {
      await mutateAsync({ ...edgeTo(other), change: kind });
      return true;
    } catch (thrown) {
      setError(refusalWords(thrown));
      return false;
    }
  };

  return (
    <div className="flex flex-col gap-1.5 pb-1">
      <h4 className="text-subtle text-xs">{title}</h4>
      {ids.length === 0 ? (
        <p className="text-muted text-sm">{empty}</p>
      ) : (
        <ul aria-label={title} className="rounded-md border border-border">
          {ids.map((id) => (
            <DependencyRow
              key={id}
              id={id}
              projectId={task.projectId}
              projectKey={projectKey}
              onRemove={(other) => void change(other, "remove")}
            />
          ))}
        </ul>
      )}
      {refusal ? (
        ids.length === 0 && <p className="text-subtle text-xs">{refusal}</p>
      ) : (
        <DependencySearch
          label={`Add to “${title}”`}
          projectId={task.projectId}
          excluded={[task.id, ...ids]}
          isBusy={isPending}
          onChoose={(other) => change(other, "add")}
        />
      )}
      {error && (
        <p role="alert" className="text-danger text-sm [overflow-wrap:anywhere]">
          {error}
        </p>
      )}
    </div>
  );
}

/** A cycle is refused with its path, so that one sees which edge is in the way. */
function refusalWords(thrown: unknown): string {
  const { code, message, details } = problemOf(thrown);
  if (code !== "DEPENDENCY_CYCLE" || !Array.isArray(details.path)) return message;
  return `That would make a circle: ${details.path.join(" → ")}. Remove one of these dependencies first.`;
}
