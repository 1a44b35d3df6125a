"use client";

import { Check, ChevronDown } from "lucide-react";
import * as Radix from "radix-ui/select";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names.ts";
import { useFieldControl } from "@/components/ui/field-context.ts";
import { inputStyles } from "@/components/ui/input-styles.ts";
import { menuItemStyles, menuSurfaceStyles } from "@/components/ui/menu-styles.ts";

export interface SelectOption<Value extends string = string> {
  value: Value;
  label: string;
  icon?: ReactNode;
  /** A sentence under the label, while it is open. */
  note?: string;
  isDisabled?: boolean;
}

interface SelectProps<Value extends string> {
  options: readonly SelectOption<Value>[];
  value?: Value;
  defaultValue?: Value;
  onValueChange?: (value: Value) => void;
  name?: string;
  placeholder?: string;
  /** Needed outside a Field. */
  label?: string;
  size?: "md" | "sm";
  disabled?: boolean;
  className?: string;
}

export function Select<Value extends string>({
  options,
  placeholder,
  label,
  size = "md",
  ...props
}: SelectProps<Value>) {
  const { className, onValueChange, ...root } = props;
  const control = useFieldControl();
  return (
    <Radix.Root {...root} onValueChange={(value) => onValueChange?.(value as Value)}>
      <Radix.Trigger
        {...control}
        aria-label={label}
        className={cn(
          inputStyles,
          "flex items-center justify-between gap-2 text-start data-[placeholder]:text-subtle [&_svg]:size-4",
          size === "sm" ? "h-control-compact text-sm" : "h-control text-base",
          className,
        )}
      >
        <span className="flex min-w-0 items-center gap-2 truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden className="shrink-0 text-subtle" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={cn(menuSurfaceStyles, "min-w-(--radix-select-trigger-width)!")}
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.isDisabled}
                className={menuItemStyles}
              >
                <span className="flex min-w-0 flex-col">
                  <Radix.ItemText>
                    <span className="flex items-center gap-2">
                      {option.icon}
                      {option.label}
                    </span>
                  </Radix.ItemText>
                  {option.note && <span className="text-muted text-xs">{option.note}</span>}
                </span>
                <Radix.ItemIndicator className="ms-auto">
                  <Check aria-hidden />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
