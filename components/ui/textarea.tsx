"use client";

import type { ComponentProps } from "react";
import { cn } from "@/components/ui/class-names.ts";
import { useFieldControl } from "@/components/ui/field-context.ts";
import { inputStyles } from "@/components/ui/input-styles.ts";

interface TextareaProps extends ComponentProps<"textarea"> {
  isMono?: boolean;
}

/** Grows with its text between `rows` and half the window. */
export function Textarea({ isMono = false, rows = 3, className, ...props }: TextareaProps) {
  const control = useFieldControl();
  return (
    <textarea
      {...control}
      rows={rows}
      {...props}
      className={cn(
        inputStyles,
        "read-only:bg-sunken field-sizing-content max-h-[50vh] min-h-16 resize-y py-1.5",
        isMono ? "font-mono text-mono-sm" : "text-base",
        className,
      )}
    />
  );
}
