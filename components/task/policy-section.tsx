"use client";

import { useState } from "react";
import {
  keptPolicyDraft,
  type PolicyDraft,
  type PolicyErrors,
  policiesOf,
  policyDraftOf,
  policyErrors,
  policyFieldOf,
  policyWords,
} from "@/components/task/policy-draft.ts";
import { PolicyFields } from "@/components/task/policy-fields.tsx";
import { type BasedDraft, useBasedDraft } from "@/components/task/use-based-draft.ts";
import { useSave } from "@/components/task/use-save.ts";
import { Button } from "@/components/ui/button.tsx";
import type { Problem } from "@/lib/client/api.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Resources and retries of a task; folded, since the project's are mostly right. What is typed is kept on this device until it is saved. */
export function PolicySection({ task }: { task: Task }) {
  const [isOpen, setOpen] = useState(false);
  const kept = useBasedDraft(`${task.id}.policy`, JSON.stringify(policyDraftOf(task)));
  const draft = keptPolicyDraft(kept.text) ?? policyDraftOf(task);
  const isChanged = JSON.stringify(policiesOf(draft)) !== JSON.stringify(policiesOf(policyDraftOf(task)));
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-md border border-border"
    >
      <summary className="cursor-pointer select-none rounded-md px-3 py-2 text-sm">
        <span className="font-medium text-muted">Advanced: resources and retries</span>
        <span className="ms-2 text-subtle text-xs">{policyWords(task) ?? "as the project says"}</span>
        {isChanged && !isOpen && <span className="ms-2 inline-block text-attention text-xs">Unsaved changes</span>}
      </summary>
      {isOpen && <PolicyForm key={task.id} {...{ task, kept, draft, isChanged }} />}
    </details>
  );
}

interface PolicyFormProps {
  task: Task;
  kept: BasedDraft;
  draft: PolicyDraft;
  isChanged: boolean;
}

function PolicyForm({ task, kept, draft, isChanged }: PolicyFormProps) {
  const save = useSave();
  const [errors, setErrors] = useState<PolicyErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);

  const submit = async () => {
    const found = policyErrors(draft);
    setErrors(found);
    setFailure(null);
    if (Object.keys(found).length > 0 || !isChanged) return;
    if (kept.isOvertaken) return sayChanged(task);
    setSaving(true);
    const problem = await save(task, policiesOf(draft));
    setSaving(false);
    if (problem === null) return kept.drop();
    if (problem.code === "VERSION_CONFLICT") return sayChanged(problem.details.current as Task);
    const refused = errorsOf(problem);
    setErrors(refused);
    if (Object.keys(refused).length === 0) setFailure(problem.message);
  };
  const sayChanged = (current: Task) => {
    kept.rebase(JSON.stringify(policyDraftOf(current)));
    setFailure("The task was changed meanwhile. Save again to put yours in its place.");
  };
  const change = (part: Partial<PolicyDraft>) => {
    const typed = JSON.stringify({ ...draft, ...part });
    if (typed === JSON.stringify(policyDraftOf(task))) kept.drop();
    else kept.write(typed);
  };
  const discard = () => {
    kept.drop();
    setErrors({});
    setFailure(null);
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
      <PolicyFields {...{ draft, errors }} onChange={change} />
      {failure && (
        <p role="alert" className="text-danger text-sm">
          {failure}
        </p>
      )}
      {(isChanged || isSaving) && (
        <div className="flex justify-end gap-2">
          <Button onClick={discard}>Discard</Button>
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
