"use client";

import { Check, Minus } from "lucide-react";
import * as Radix from "radix-ui/checkbox";
import { useFieldControl } from "@/components/ui/field-context.ts";

interface CheckboxProps {
  checked: boolean | "indeterminate";
  onCheckedChange: (isChecked: boolean) => void;
  /** Needed outside a Field. */
  label?: string;
  disabled?: boolean;
  name?: string;
  /** For a label of one's own. */
  id?: string;
}

export function Checkbox({ label, onCheckedChange, ...props }: CheckboxProps) {
  const { "aria-required": _, ...control } = useFieldControl();
  return (
    <Radix.Root
      {...control}
      {...props}
      aria-label={label}
      onCheckedChange={(checked) => onCheckedChange(checked === true)}
      className="group hit-area relative inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-border-strong bg-surface text-on-accent disabled:opacity-60 data-[state=checked]:border-accent data-[state=indeterminate]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent"
    >
      <Radix.Indicator>
        <Check aria-hidden strokeWidth={3} className="size-3 group-data-[state=indeterminate]:hidden" />
        <Minus aria-hidden strokeWidth={3} className="hidden size-3 group-data-[state=indeterminate]:block" />
      </Radix.Indicator>
    </Radix.Root>
  );
}
