"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useBoard } from "@/components/board/board-provider.tsx";
import { taskStates } from "@/components/state.ts";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { StateIcon } from "@/components/ui/state-icon.tsx";
import { api } from "@/lib/client/api.ts";
import type { Task } from "@/lib/task/schema.ts";

type Chosen = Pick<Task, "id" | "key" | "title">;

interface DependsOnFieldProps {
  value: readonly Chosen[];
  error?: string;
  onChange: (tasks: readonly Chosen[]) => void;
}

/** Adds tasks by search over the whole project. */
export function DependsOnField({ value, error, onChange }: DependsOnFieldProps) {
  const { projectId } = useBoard();
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const { data: found = [] } = useQuery({
    queryKey: ["search", projectId, search],
    queryFn: async () => (await api.task.list({ projectId, search, sort: "recent", limit: 8 })).items,
    enabled: search !== "",
    placeholderData: (last) => last,
  });
  const offered = search === "" ? [] : found.filter(({ id }) => !value.some((chosen) => chosen.id === id)).slice(0, 6);

  const add = (task: Chosen) => {
    onChange([...value, task]);
    setText("");
  };

  return (
    <div className="flex flex-col gap-1">
      <Field label="Depends on" error={error} help="It runs when all of these are completed.">
        <Input
          value={text}
          placeholder="Search by title or key"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.metaKey || event.ctrlKey) return;
            event.preventDefault();
            if (offered[0]) add(offered[0]);
          }}
        />
      </Field>
      {offered.length > 0 && (
        <ul aria-label="Found tasks" className="rounded-md border border-border bg-raised p-1">
          {offered.map((task) => (
            <li key={task.id}>
              <button
                type="button"
                onClick={() => add(task)}
                className="flex min-h-7 w-full items-center gap-2 rounded-sm px-2 text-start text-sm hover:bg-selected"
              >
                <StateIcon state={taskStates[task.status]} label={taskStates[task.status].label} />
                <span className="font-mono text-subtle text-xs">{task.key}</span>
                <span className="min-w-0 truncate">{task.title}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {value.length > 0 && (
        <ul aria-label="Chosen tasks" className="flex flex-wrap gap-1.5">
          {value.map((task) => (
            <li
              key={task.id}
              className="flex h-6 max-w-full items-center gap-1 rounded-sm bg-neutral-tint ps-2 text-xs"
            >
              <span className="font-mono">{task.key}</span>
              <span className="min-w-0 truncate">{task.title}</span>
              <button
                type="button"
                aria-label={`Remove ${task.key}`}
                onClick={() => onChange(value.filter(({ id }) => id !== task.id))}
                className="hit-area relative flex size-6 shrink-0 items-center justify-center"
              >
                <X aria-hidden className="size-3" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
