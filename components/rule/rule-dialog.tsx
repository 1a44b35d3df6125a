"use client";

import { useEffect, useRef } from "react";
import { StartOver } from "@/components/kept-form/start-over.tsx";
import { LimitFields } from "@/components/rule/limit-fields.tsx";
import { RuleFailure } from "@/components/rule/rule-failure.tsx";
import { RuleTaskFields } from "@/components/rule/rule-task-fields.tsx";
import { useRuleForm } from "@/components/rule/use-rule-form.ts";
import { WhenFields } from "@/components/rule/when-fields.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { Project } from "@/lib/project/schema.ts";
import type { Rule } from "@/lib/rule/schema.ts";

interface RuleDialogProps {
  project: Project;
  /** The rule that is changed; null: a new one. */
  rule: Rule | null;
  onClose: () => void;
}

/** Writes a rule, or changes one. */
export function RuleDialog({ project, rule, onClose }: RuleDialogProps) {
  const { draft, change, errors, failure, submit, isSaving, ...rest } = useRuleForm(project, rule, onClose);
  const form = useRef<HTMLFormElement>(null);

  // What is wrong may be out of sight: the form is long.
  useEffect(() => {
    const wrong = form.current?.querySelector<HTMLElement>("[aria-invalid], [data-invalid] :is(button, input)");
    if (Object.keys(errors).length > 0) wrong?.focus();
  }, [errors]);

  const fields = { draft, errors, onChange: change };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={rule ? `Rule ${rule.name}` : "New rule"}
      size="lg"
      footer={
        <>
          <span className="me-auto">
            <StartOver isKept={rest.isKept} onStartOver={rest.startOver} />
          </span>
          <Button
            onClick={() => {
              rest.forget();
              onClose();
            }}
          >
            Cancel
          </Button>
          <Button variant="primary" isBusy={isSaving} onClick={submit}>
            {rule ? "Save rule" : "Create rule"}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          // The settings behind the dialog are a form, too, and have nothing to save now.
          event.stopPropagation();
          void submit();
        }}
        onKeyDown={(event) => {
          if ((event.metaKey || event.ctrlKey) && event.key === "Enter") void submit();
        }}
      >
        {failure && <RuleFailure {...failure} isReading={rest.isReading} onReload={rest.reload} />}
        <Field label="Name" isRequired error={errors.name}>
          <Input value={draft.name} maxLength={100} onChange={(event) => change({ name: event.target.value })} />
        </Field>
        <WhenFields {...fields} projectKey={project.key} />
        <RuleTaskFields {...fields} />
        <LimitFields {...fields} />
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
