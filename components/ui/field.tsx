"use client";

import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/class-names.ts";
import { FieldContext } from "@/components/ui/field-context.ts";

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  /** Where the value comes from, such as `default` or `environment, read only`. */
  source?: string;
  isRequired?: boolean;
  /** Puts the control beside the label: for switches and checkboxes. */
  isInline?: boolean;
  isLabelHidden?: boolean;
  className?: string;
  /** One control of `components/ui`; it takes its id and its description from here. */
  children: ReactNode;
}

export function Field({ label, help, error, source, isRequired = false, ...props }: FieldProps) {
  const { isInline = false, isLabelHidden = false, className, children } = props;
  const id = useId();
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  const control = {
    id,
    "aria-describedby": describedBy || undefined,
    "aria-invalid": error ? (true as const) : undefined,
    "aria-required": isRequired ? (true as const) : undefined,
  };
  return (
    <div className={cn("flex flex-col gap-1", className)}>
      <div className={isInline ? "flex items-start justify-between gap-3" : "contents"}>
        <div className={isLabelHidden ? "sr-only" : "flex items-baseline gap-2"}>
          <label htmlFor={id} className="font-medium text-sm text-text">
            {label}
          </label>
          {!isRequired && !isInline && !source && <span className="text-subtle text-xs">optional</span>}
          {source && <span className="text-subtle text-xs">{source}</span>}
        </div>
        <FieldContext value={control}>{children}</FieldContext>
      </div>
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
    </div>
  );
}
