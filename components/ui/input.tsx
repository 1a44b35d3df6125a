"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/class-names.ts";
import { useFieldControl } from "@/components/ui/field-context.ts";
import { inputStyles } from "@/components/ui/input-styles.ts";

interface InputProps extends Omit<ComponentProps<"input">, "size"> {
  size?: "md" | "sm";
  isMono?: boolean;
  icon?: ReactNode;
  /** At the end of the line: a unit, a key hint or a small button. */
  end?: ReactNode;
}

export function Input({ size = "md", isMono = false, icon, end, className, ...props }: InputProps) {
  const control = useFieldControl();
  const text = isMono ? "font-mono text-mono-sm" : size === "sm" ? "text-sm" : "text-base";
  const look = cn(size === "sm" ? "h-control-compact" : "h-control", text);
  const input = (
    <input
      {...control}
      {...props}
      className={cn(inputStyles, "read-only:bg-sunken", look, icon && "ps-8", end && "pe-12", className)}
    />
  );
  if (!icon && !end) return input;
  return (
    <div className="relative min-w-0 [&_svg]:size-4">
      {icon && (
        <span className="pointer-events-none absolute inset-y-0 start-0 flex w-8 items-center justify-center text-subtle">
          {icon}
        </span>
      )}
      {input}
      {end && <span className="absolute inset-y-0 end-0 flex items-center pe-2 text-subtle">{end}</span>}
    </div>
  );
}
