"use client";

import * as Radix from "radix-ui/switch";
import { useFieldControl } from "@/components/ui/field-context.ts";

interface SwitchProps {
  checked: boolean;
  onCheckedChange: (isOn: boolean) => void;
  /** Needed outside a Field. */
  label?: string;
  disabled?: boolean;
  isBusy?: boolean;
  name?: string;
}

export function Switch({ label, isBusy = false, ...props }: SwitchProps) {
  const { "aria-invalid": _, "aria-required": __, ...control } = useFieldControl();
  return (
    <Radix.Root
      {...control}
      {...props}
      aria-label={label}
      aria-busy={isBusy || undefined}
      className="hit-area relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-border-strong bg-sunken px-0.5 disabled:opacity-60 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
    >
      <Radix.Thumb className="block size-3.5 rounded-full bg-border-strong transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent forced-colors:bg-[ButtonText] rtl:data-[state=checked]:-translate-x-4" />
    </Radix.Root>
  );
}
