"use client";

import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

interface FieldGroupProps {
  label: string;
  help?: ReactNode;
  error?: ReactNode;
  /** Where the value comes from, as in `Field`. */
  source?: string;
  /** Several controls, each with a label of its own. */
  children: ReactNode;
}

/** Several controls that make one setting. */
export function FieldGroup({ label, help, error, source, children }: FieldGroupProps) {
  const id = useId();
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <fieldset
      aria-describedby={describedBy || undefined}
      data-invalid={error ? true : undefined}
      className="flex min-w-0 flex-col gap-1"
    >
      <legend className="contents">
        <span className="flex items-baseline gap-2">
          <span className="font-medium text-sm text-text">{label}</span>
          {source && <span className="text-subtle text-xs">{source}</span>}
        </span>
      </legend>
      {children}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1 text-danger text-xs">
          <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="text-muted text-xs">
          {help}
        </p>
      )}
    </fieldset>
  );
}
