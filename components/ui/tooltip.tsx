"use client";

import * as Radix from "radix-ui/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "@/components/ui/kbd.tsx";

export type TooltipSide = "top" | "right" | "bottom" | "left";

interface TooltipProps {
  text: ReactNode;
  shortcut?: string;
  side?: TooltipSide;
  className?: string;
  children: ReactElement;
}

/**
 * Opens on hover and focus, stays while hovered, closes on Escape. Never the only copy of a fact.
 * When the text is the trigger's own name, give the trigger `aria-describedby={undefined}`, or it is read twice.
 */
export function Tooltip({ text, shortcut, side = "bottom", className = "", children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={`z-tooltip flex max-w-72 items-center gap-2 rounded-md border border-border bg-raised px-2 py-1 text-text text-xs shadow-menu ${className}`}
        >
          {text}
          {shortcut && <Kbd keys={shortcut} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
