"use client";

import * as Radix from "radix-ui/dropdown-menu";
import type { ReactElement } from "react";
import { MenuEntries } from "@/components/ui/menu-entries.tsx";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";
import { menuSurfaceStyles } from "@/components/ui/menu-styles.ts";

interface DropdownMenuProps {
  entries: readonly MenuEntry[];
  /** The button that opens it. */
  children: ReactElement;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  open?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}

export function DropdownMenu({ entries, children, align = "end", side, open, onOpenChange }: DropdownMenuProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} side={side} sideOffset={4} collisionPadding={8} loop className={menuSurfaceStyles}>
          <MenuEntries parts={Radix} entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
