"use client";

import { Pencil } from "lucide-react";
import { useState } from "react";
import { LazyMarkdown } from "@/components/task/lazy-markdown.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { type BasedDraft, useBasedDraft } from "@/components/task/use-based-draft.ts";
import { useReturnFocus } from "@/components/task/use-return-focus.ts";
import { useSave } from "@/components/task/use-save.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import type { Task } from "@/lib/task/schema.ts";

interface DescriptionSectionProps {
  task: Task;
  isEditing: boolean;
  onEdit: (isEditing: boolean) => void;
}

/** The description, read as Markdown and written as text. What is typed is kept on this device until it is saved. */
export function DescriptionSection({ task, isEditing, onEdit }: DescriptionSectionProps) {
  const draft = useBasedDraft(`${task.id}.description`, task.description);
  const pencil = useReturnFocus(isEditing);
  const hasDraft = draft.text !== null && draft.text !== task.description;
  return (
    <TaskSection
      title="Description"
      actions={
        !isEditing && (
          <IconButton ref={pencil} label="Edit description" shortcut="e" size="sm" onClick={() => onEdit(true)}>
            <Pencil aria-hidden />
          </IconButton>
        )
      }
    >
      {isEditing ? (
        <DescriptionForm {...{ task, draft }} onDone={() => onEdit(false)} />
      ) : task.description.trim() === "" ? (
        <p className="text-muted text-sm">No description. Press E to write one; Markdown is shown as such.</p>
      ) : (
        <LazyMarkdown text={task.description} />
      )}
      {!isEditing && hasDraft && (
        <p className="flex flex-wrap items-center gap-2 text-attention text-sm">
          There is an unsaved text of yours.
          <Button size="sm" onClick={() => onEdit(true)}>
            Continue
          </Button>
          <Button size="sm" variant="ghost" onClick={draft.drop}>
            Discard
          </Button>
        </p>
      )}
    </TaskSection>
  );
}

interface DescriptionFormProps {
  task: Task;
  draft: BasedDraft;
  onDone: () => void;
}

function DescriptionForm({ task, draft, onDone }: DescriptionFormProps) {
  const save = useSave();
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<string>();
  const text = draft.text ?? task.description;

  const submit = async () => {
    if (draft.isOvertaken) return sayChanged(task);
    setSaving(true);
    const problem = text === task.description ? null : await save(task, { description: text });
    setSaving(false);
    if (problem === null) {
      draft.drop();
      onDone();
    } else if (problem.code === "VERSION_CONFLICT") sayChanged(problem.details.current as Task);
    else setError(problem.message);
  };
  const sayChanged = ({ description }: Task) => {
    draft.rebase(description);
    setError("It was changed while you were writing. Save again to put yours in its place, or cancel to keep theirs.");
  };

  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onDone();
      }}
    >
      <Field label="Description" isLabelHidden error={error} help="Markdown. Ctrl or Cmd + Enter saves.">
        <Textarea
          autoFocus
          rows={8}
          maxLength={65_536}
          value={text}
          onChange={(event) => draft.write(event.target.value)}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Button
          onClick={() => {
            draft.drop();
            onDone();
          }}
        >
          Cancel
        </Button>
        <Button type="submit" variant="primary" isBusy={isSaving}>
          Save description
        </Button>
      </div>
    </form>
  );
}
