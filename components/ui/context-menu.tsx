"use client";

import * as Radix from "radix-ui/context-menu";
import type { ReactElement } from "react";
import { MenuEntries } from "@/components/ui/menu-entries.tsx";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";
import { menuSurfaceStyles } from "@/components/ui/menu-styles.ts";

interface ContextMenuProps {
  entries: readonly MenuEntry[];
  /** The element that answers to the right click, the long press and Shift+F10. */
  children: ReactElement;
  onOpenChange?: (isOpen: boolean) => void;
}

export function ContextMenu({ entries, children, onOpenChange }: ContextMenuProps) {
  return (
    <Radix.Root onOpenChange={onOpenChange} modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content loop collisionPadding={8} className={menuSurfaceStyles}>
          <MenuEntries parts={Radix} entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
