"use client";

import * as Radix from "radix-ui/popover";
import type { ReactElement, ReactNode } from "react";
import { cn } from "@/components/ui/class-names.ts";
import { menuSurfaceStyles } from "@/components/ui/menu-styles.ts";

interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactElement;
  /** The accessible name of what opens. */
  label: string;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
}

export function Popover({ trigger, label, children, open, onOpenChange, align = "start", ...props }: PopoverProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          side={props.side}
          sideOffset={6}
          collisionPadding={8}
          className={cn(menuSurfaceStyles, "p-3!", props.className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
