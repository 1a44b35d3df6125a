"use client";

import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { useReturnFocus } from "@/components/task/use-return-focus.ts";
import type { Save } from "@/components/task/use-save.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** The title as the panel's heading; Enter saves, Escape keeps the old one. What could not be saved stays in the field. */
export function TitleEditor({ task, save }: { task: Task; save: Save }) {
  const [base, setBase] = useState<Task | null>(null);
  const pencil = useReturnFocus(base !== null);

  if (base !== null) return <TitleField base={base} save={save} onRebase={setBase} onDone={() => setBase(null)} />;
  return (
    <div className="flex items-start gap-1">
      <h2 className="min-w-0 py-0.5 text-lg [overflow-wrap:anywhere]">{task.title}</h2>
      <IconButton ref={pencil} label="Edit title" size="sm" onClick={() => setBase(task)}>
        <Pencil aria-hidden />
      </IconButton>
    </div>
  );
}

interface TitleFieldProps {
  /** The task as it was when the edit began. */
  base: Task;
  save: Save;
  onRebase: (current: Task) => void;
  onDone: () => void;
}

function TitleField({ base, save, onRebase, onDone }: TitleFieldProps) {
  const [title, setTitle] = useState(base.title);
  const [error, setError] = useState<string>();
  const isSaving = useRef(false);

  const finish = async () => {
    const text = title.trim();
    if (isSaving.current) return;
    if (text === "" || text === base.title) return onDone();
    isSaving.current = true;
    const problem = await save(base, { title: text });
    isSaving.current = false;
    if (problem === null) return onDone();
    if (problem.code !== "VERSION_CONFLICT") return setError(problem.message);
    const current = problem.details.current as Task;
    onRebase(current);
    setError(`It was changed meanwhile; its title is now “${current.title}”. Enter saves yours, Esc keeps theirs.`);
  };

  return (
    <div>
      <Input
        autoFocus
        aria-label="Title"
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? "title-error" : undefined}
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => void finish()}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) void finish();
          if (event.key !== "Escape") return;
          event.preventDefault();
          isSaving.current = true; // the blur that follows is no wish to save
          onDone();
        }}
        className="font-semibold"
      />
      {error && (
        <p id="title-error" role="alert" className="pt-1 text-danger text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
