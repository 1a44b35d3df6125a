"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useDeferredValue, useId, useState } from "react";
import { taskStates } from "@/components/state.ts";
import { cn } from "@/components/ui/class-names.ts";
import { Input } from "@/components/ui/input.tsx";
import { menuItemStyles, menuSurfaceStyles } from "@/components/ui/menu-styles.ts";
import { Spinner } from "@/components/ui/spinner.tsx";
import { StateIcon } from "@/components/ui/state-icon.tsx";
import { api } from "@/lib/client/api.ts";
import type { Task } from "@/lib/task/schema.ts";

interface DependencySearchProps {
  label: string;
  projectId: string;
  /** Tasks that cannot be chosen: itself and those already there. */
  excluded: readonly string[];
  isBusy: boolean;
  /** False keeps what was typed. */
  onChoose: (task: Task) => Promise<boolean>;
}

/** Finds a task by key or title: a text field with a list of what fits (the combobox pattern). */
export function DependencySearch({ label, projectId, excluded, isBusy, onChoose }: DependencySearchProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const found = useMatches(projectId, text.trim()).filter((task) => !excluded.includes(task.id));
  const isListed = isOpen && text.trim() !== "";
  const current = found[Math.min(active, found.length - 1)];

  const choose = async (task: Task | undefined) => {
    if (!task || isBusy || !(await onChoose(task))) return;
    setText("");
    setActive(0);
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0)
      setActive((last) => (Math.min(last, found.length - 1) + step + found.length) % found.length);
    if (event.key === "Enter" && isListed) void choose(current);
    if (event.key === "Escape" && text !== "") setText("");
    else if (!step && event.key !== "Enter") return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches whether the focus leaves the field and its list
    <div
      className="relative"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
      onFocus={() => setOpen(true)}
    >
      <Input
        size="sm"
        role="combobox"
        aria-label={label}
        aria-expanded={isListed}
        aria-controls={isListed ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isListed && current ? `${id}-${current.id}` : undefined}
        autoComplete="off"
        placeholder="Add by key or title"
        icon={isBusy ? <Spinner /> : <Plus aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      {isListed && (
        <div className={cn(menuSurfaceStyles, "absolute inset-x-0 top-full mt-1 max-h-60! max-w-none!")}>
          {found.length === 0 && <p className="px-2 py-1 text-muted">No other task fits.</p>}
          <div id={`${id}-list`} role="listbox" aria-label={label}>
            {found.map((task) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text field's
              <div
                key={task.id}
                id={`${id}-${task.id}`}
                role="option"
                tabIndex={-1}
                aria-selected={task === current}
                data-highlighted={task === current ? "" : undefined}
                className={menuItemStyles}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => void choose(task)}
              >
                <StateIcon state={taskStates[task.status]} label={taskStates[task.status].label} />
                <span className="shrink-0 font-mono text-subtle text-xs">{task.key}</span>
                <span className="truncate">{task.title}</span>
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

function useMatches(projectId: string, text: string): readonly Task[] {
  const search = useDeferredValue(text);
  const { data } = useQuery({
    queryKey: ["task-search", projectId, search],
    queryFn: async (): Promise<Task[]> => (await api.task.list({ projectId, search, limit: 10 })).items,
    enabled: search !== "",
    placeholderData: keepPreviousData,
    staleTime: 5000,
  });
  return data ?? [];
}
