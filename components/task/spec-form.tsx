"use client";

import { useState } from "react";
import { errorsOfIssues, fromDraft, type SpecDraft, type SpecErrors, toDraft } from "@/components/task/spec-draft.ts";
import { AgentFields, CommandFields } from "@/components/task/spec-fields.tsx";
import { useSave } from "@/components/task/use-save.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { Task } from "@/lib/task/schema.ts";
import { taskTypes } from "@/lib/task/task-types.ts";

const typeOptions = taskTypes.map((type) => ({ value: type, label: type }));

/** Type and spec of a task. Errors stand under their fields; the focus goes to the first. */
export function SpecForm({ task, onDone }: { task: Task; onDone: () => void }) {
  const save = useSave();
  const [base, setBase] = useState(task);
  const [draft, setDraft] = useState(() => toDraft(task.type, task.spec));
  const [errors, setErrors] = useState<SpecErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const change = (part: Partial<SpecDraft>) => setDraft((last) => ({ ...last, ...part }));

  const submit = async (form: HTMLFormElement) => {
    const { spec, errors: found } = fromDraft(draft);
    setErrors(found ?? {});
    setFailure(null);
    if (!spec) return focusFirstError(form);
    setSaving(true);
    const problem = await save(base, { type: draft.type, spec });
    setSaving(false);
    if (problem === null) return onDone();
    if (problem.code === "VERSION_CONFLICT") {
      setBase(problem.details.current as Task);
      return setFailure("The task was changed meanwhile. Save again to put yours in its place.");
    }
    const refused = errorsOfIssues(problem.details, draft.type);
    setErrors(refused);
    if (Object.keys(refused).length === 0) setFailure(problem.message);
    focusFirstError(form);
  };

  return (
    <form
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
        <Button onClick={onDone}>Cancel</Button>
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
