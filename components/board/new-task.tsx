"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useBoard } from "@/components/board/board-provider.tsx";
import { keepFocus } from "@/components/board/focus-card.ts";
import {
  draftOfCopy,
  emptyDraft,
  errorsOf,
  errorsOfProblem,
  type FieldErrors,
  inputOf,
} from "@/components/board/new-task-draft.ts";
import { AdvancedFields, CommonFields, WorkFields } from "@/components/board/new-task-fields.tsx";
import { StartOver } from "@/components/kept-form/start-over.tsx";
import { useKeptForm } from "@/components/kept-form/use-kept-form.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { columnIdOf } from "@/lib/client/columns.ts";
import { useCreateTask } from "@/lib/client/mutations.ts";
import { notify } from "@/lib/client/notify.ts";
import { projectQuery } from "@/lib/client/queries.ts";
import type { Task } from "@/lib/task/schema.ts";

interface NewTaskProps {
  status?: "DRAFT" | "APPROVED";
  copyOf?: Task;
  onClose: () => void;
}

export function NewTask({ status = "DRAFT", copyOf, onClose }: NewTaskProps) {
  const { projectId, show } = useBoard();
  const { data: project } = useQuery(projectQuery(projectId));
  const { draft, change, isKept, startOver, forget } = useKeptForm(copyOf ? null : `task.${projectId}`, () =>
    copyOf ? draftOfCopy(copyOf) : emptyDraft(project?.settings.defaultTaskType ?? "cli"),
  );
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const create = useCreateTask();

  // The focus goes to the first field that is wrong.
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [errors]);

  const submit = async (isQueued: boolean) => {
    const found = errorsOf(draft, isQueued);
    setErrors(found);
    setFailure(null);
    if (Object.keys(found).length > 0 || create.isPending) return;
    try {
      const kept = status === "APPROVED" && !isQueued ? { status } : {};
      const { task, problem } = await create.mutateAsync({ projectId, ...inputOf(draft), ...kept, isQueued });
      tellCreated(task, problem?.message ?? null, isQueued);
      forget();
      onClose();
      keepFocus(task.id, columnIdOf(task.status));
    } catch (thrown) {
      const placed = errorsOfProblem(problemOf(thrown), draft);
      setErrors(placed.errors);
      setFailure(placed.rest);
    }
  };

  const fields = { draft, errors, onChange: change };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New task"
      size="md"
      footer={
        <>
          <span className="me-auto flex gap-2">
            {!copyOf && (
              <Button variant="ghost" onClick={() => show({ kind: "many" })}>
                Several…
              </Button>
            )}
            <StartOver isKept={isKept} onStartOver={startOver} />
          </span>
          <Button isBusy={create.isPending} onClick={() => submit(false)}>
            {status === "APPROVED" ? "Create approved" : "Create draft"}
          </Button>
          <Button variant="primary" isBusy={create.isPending} onClick={() => submit(true)}>
            Create and queue
          </Button>
        </>
      }
    >
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(false);
        }}
        onKeyDown={(event) => {
          if ((event.metaKey || event.ctrlKey) && event.key === "Enter") void submit(true);
        }}
      >
        {failure && (
          <p role="alert" className="rounded-md bg-danger-tint px-3 py-2 text-danger text-sm">
            {failure} What you wrote is kept.
          </p>
        )}
        <Field label="Title" isRequired error={errors.title}>
          <Input value={draft.title} maxLength={200} onChange={(event) => change({ title: event.target.value })} />
        </Field>
        <WorkFields {...fields} />
        <CommonFields {...fields} />
        <AdvancedFields {...fields} />
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}

function tellCreated(task: Task, problem: string | null, isQueued: boolean) {
  const waits = task.blockedBy.length > 0 ? "It waits for its dependencies, then it can be queued." : undefined;
  if (problem) notify.attention(`${task.key} created, but not queued`, { description: problem });
  else
    notify.info(`${task.key} created${isQueued && !waits ? " and queued" : ""}`, {
      description: isQueued ? waits : undefined,
    });
}
