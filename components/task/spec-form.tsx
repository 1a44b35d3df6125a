"use client";

import { useRef, useState } from "react";
import { StartOver } from "@/components/kept-form/start-over.tsx";
import { useKeptForm } from "@/components/kept-form/use-kept-form.ts";
import { baseOf, errorsOfIssues, fromDraft, keptSpecOf, type SpecErrors } from "@/components/task/spec-draft.ts";
import { AgentFields, CommandFields } from "@/components/task/spec-fields.tsx";
import { useSave } from "@/components/task/use-save.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { Task } from "@/lib/task/schema.ts";
import { taskTypes } from "@/lib/task/task-types.ts";

const typeOptions = taskTypes.map((type) => ({ value: type, label: type }));

/** Type and spec of a task, kept until they are saved. Errors stand under their fields; the focus goes to the first. */
export function SpecForm({ task, onDone }: { task: Task; onDone: () => void }) {
  const save = useSave();
  const { draft, change, isKept, startOver, forget } = useKeptForm(`spec.${task.id}`, () => keptSpecOf(task));
  const element = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<SpecErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);

  const submit = async (form: HTMLFormElement) => {
    const { spec, errors: found } = fromDraft(draft);
    setErrors(found ?? {});
    setFailure(null);
    if (!spec) return focusFirstError(form);
    if (draft.base !== baseOf(task)) return sayChanged(task);
    setSaving(true);
    const problem = await save(task, { type: draft.type, spec });
    setSaving(false);
    if (problem === null) return close();
    if (problem.code === "VERSION_CONFLICT") return sayChanged(problem.details.current as Task);
    const refused = errorsOfIssues(problem.details, draft.type);
    setErrors(refused);
    if (Object.keys(refused).length === 0) setFailure(problem.message);
    focusFirstError(form);
  };

  const sayChanged = (current: Task) => {
    change({ base: baseOf(current) });
    setFailure("The task was changed meanwhile. Save again to put yours in its place, or cancel to keep theirs.");
  };
  const close = () => {
    forget();
    onDone();
  };

  return (
    <form
      ref={element}
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onDone();
      }}
    >
      <Field label="Type" isRequired>
        <Select options={typeOptions} value={draft.type} onValueChange={(type) => change({ type })} />
      </Field>
      {draft.type === "cli" ? (
        <CommandFields {...{ draft, errors }} autoFocus onChange={change} />
      ) : (
        <AgentFields {...{ draft, errors }} autoFocus onChange={change} />
      )}
      {failure && (
        <p role="alert" className="text-danger text-sm">
          {failure}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <span className="me-auto">
          <StartOver
            isKept={isKept}
            onStartOver={() => {
              element.current?.querySelector<HTMLElement>("textarea")?.focus();
              startOver();
            }}
          />
        </span>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="primary" isBusy={isSaving}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** After the errors are on screen. */
function focusFirstError(form: HTMLFormElement) {
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
