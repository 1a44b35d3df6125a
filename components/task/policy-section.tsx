"use client";

import { useState } from "react";
import {
  type PolicyErrors,
  policiesOf,
  policyDraftOf,
  policyErrors,
  policyFieldOf,
  policyWords,
} from "@/components/task/policy-draft.ts";
import { PolicyFields } from "@/components/task/policy-fields.tsx";
import { useSave } from "@/components/task/use-save.ts";
import { Button } from "@/components/ui/button.tsx";
import type { Problem } from "@/lib/client/api.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Resources and retries of a task; folded, since the project's are mostly right. */
export function PolicySection({ task }: { task: Task }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-md border border-border"
    >
      <summary className="cursor-pointer select-none rounded-md px-3 py-2 text-sm">
        <span className="font-medium text-muted">Advanced: resources and retries</span>
        <span className="ms-2 text-subtle text-xs">{policyWords(task) ?? "as the project says"}</span>
      </summary>
      {isOpen && <PolicyForm key={task.id} task={task} />}
    </details>
  );
}

function PolicyForm({ task }: { task: Task }) {
  const save = useSave();
  // The task as it was when the edit began: its version is sent along.
  const [base, setBase] = useState(task);
  const [draft, setDraft] = useState(() => policyDraftOf(task));
  const [errors, setErrors] = useState<PolicyErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const isChanged = JSON.stringify(policiesOf(draft)) !== JSON.stringify(policiesOf(policyDraftOf(base)));

  const start = (from: Task) => {
    setBase(from);
    setDraft(policyDraftOf(from));
    setErrors({});
    setFailure(null);
  };
  const submit = async () => {
    const found = policyErrors(draft);
    setErrors(found);
    setFailure(null);
    if (Object.keys(found).length > 0 || !isChanged) return;
    setSaving(true);
    const sent = policiesOf(draft);
    const problem = await save(base, sent);
    setSaving(false);
    if (problem === null) return start({ ...base, ...sent, version: base.version + 1 });
    if (problem.code === "VERSION_CONFLICT") {
      setBase(problem.details.current as Task);
      return setFailure("The task was changed meanwhile. Save again to put yours in its place.");
    }
    const refused = errorsOf(problem);
    setErrors(refused);
    if (Object.keys(refused).length === 0) setFailure(problem.message);
  };

  return (
    <form
      noValidate
      className="flex flex-col gap-3 px-3 pt-1 pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className="text-muted text-xs">
        What is empty is as the project says. Resources hold from the next attempt on.
      </p>
      <PolicyFields {...{ draft, errors }} onChange={(part) => setDraft((last) => ({ ...last, ...part }))} />
      {failure && (
        <p role="alert" className="text-danger text-sm">
          {failure}
        </p>
      )}
      {(isChanged || isSaving) && (
        <div className="flex justify-end gap-2">
          <Button onClick={() => start(task)}>Discard</Button>
          <Button type="submit" variant="primary" isBusy={isSaving}>
            Save
          </Button>
        </div>
      )}
    </form>
  );
}

function errorsOf({ details }: Problem): PolicyErrors {
  const issues = (Array.isArray(details.issues) ? details.issues : []) as { path?: string; message?: string }[];
  return Object.fromEntries(
    issues.flatMap(({ path = "", message = "Not accepted" }) => {
      const name = policyFieldOf(path);
      return name ? [[name, message]] : [];
    }),
  );
}
