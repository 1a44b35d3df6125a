"use client";

import type { PolicyDraft, PolicyErrors } from "@/components/task/policy-draft.ts";
import { retryChoices } from "@/components/task/retry-choices.ts";
import { CheckboxList } from "@/components/ui/checkbox-list.tsx";
import { Field } from "@/components/ui/field.tsx";
import { FieldGroup } from "@/components/ui/field-group.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Select } from "@/components/ui/select.tsx";

interface PolicyFieldsProps {
  draft: PolicyDraft;
  errors: PolicyErrors;
  onChange: (part: Partial<PolicyDraft>) => void;
}

const grid = "grid grid-cols-[repeat(auto-fit,minmax(min(8.5rem,100%),1fr))] items-start gap-3";
const retryModes = [
  { value: "project", label: "As the project says" },
  { value: "own", label: "Only in these cases" },
];

/** What a session of the task asks for, and how the task is retried. What is left empty is as the project says. */
export function PolicyFields({ draft, errors, onChange }: PolicyFieldsProps) {
  const text = (name: Exclude<keyof PolicyDraft, "retryOn">) => ({
    value: draft[name],
    inputMode: "decimal" as const,
    autoComplete: "off",
    className: "tabular-nums",
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <>
      <div className={grid}>
        <Field label="Cores" error={errors.cpus}>
          <Input {...text("cpus")} />
        </Field>
        <Field label="Memory" error={errors.memoryMib}>
          <Input {...text("memoryMib")} end="MiB" />
        </Field>
        <Field label="Disk" error={errors.diskMib}>
          <Input {...text("diskMib")} end="MiB" />
        </Field>
      </div>
      <div className={grid}>
        <Field label="First wait before a retry" error={errors.firstWaitSeconds}>
          <Input {...text("firstWaitSeconds")} end="s" />
        </Field>
        <Field label="Longest wait before a retry" error={errors.longestWaitSeconds}>
          <Input {...text("longestWaitSeconds")} end="s" />
        </Field>
      </div>
      <Field label="Retried" isRequired error={errors.retryOn}>
        <Select
          options={retryModes}
          value={draft.retryOn === null ? "project" : "own"}
          onValueChange={(mode) =>
            onChange({ retryOn: mode === "project" ? null : retryChoices.map(({ value }) => value) })
          }
        />
      </Field>
      {draft.retryOn && (
        <FieldGroup label="Retried when">
          <CheckboxList choices={retryChoices} chosen={draft.retryOn} onChange={(retryOn) => onChange({ retryOn })} />
        </FieldGroup>
      )}
    </>
  );
}
