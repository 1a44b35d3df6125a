"use client";

import { useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { Problem } from "@/lib/client/api.ts";

interface NumberFieldProps {
  label: string;
  value: number;
  max: number;
  unit?: string;
  onSave: (value: number) => Promise<Problem | null>;
}

/** A whole number from 1 on, saved on Enter and when the field is left; Escape brings the old one back. */
export function NumberField({ label, value, max, unit, onSave }: NumberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string>();

  const finish = async () => {
    if (draft === null) return;
    const next = Number(draft);
    if (!Number.isInteger(next) || next < 1 || next > max) {
      return setError(`A whole number from 1 to ${max.toLocaleString("en")}.`);
    }
    const problem = next === value ? null : await onSave(next);
    setError(problem?.message);
    if (problem === null) setDraft(null);
  };

  return (
    <Field label={label} isRequired error={error}>
      <Input
        inputMode="numeric"
        end={unit}
        value={draft ?? value}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === "Enter") void finish();
          if (event.key !== "Escape" || draft === null) return;
          event.preventDefault();
          setDraft(null);
          setError(undefined);
        }}
        className="tabular-nums"
      />
    </Field>
  );
}
