"use client";

import * as Radix from "radix-ui/dropdown-menu";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { MenuEntries } from "@/components/ui/menu-entries.tsx";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";
import { menuSurfaceStyles } from "@/components/ui/menu-styles.ts";

interface MenuSurfaceProps {
  /** What it opens beside: an element, which gets the focus back, or a point of the window. */
  at: HTMLElement | { x: number; y: number };
  label: string;
  entries: readonly MenuEntry[];
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left" | undefined;
  onClose: () => void;
}

/** An open menu. It hangs on an invisible box in the place of its opener, so that the opener needs none of this. */
export function MenuSurface({ at, label, entries, align = "end", side, onClose }: MenuSurfaceProps) {
  const [box] = useState(() => boxOf(at));
  const [isByKeys] = useState(() => document.activeElement?.matches(":focus-visible") ?? false);
  const isLeft = useRef(false);
  const content = useRef<HTMLDivElement>(null);
  const opener = at instanceof HTMLElement ? at : null;

  // Opened by a key, a menu starts at its first entry.
  useEffect(() => {
    if (!isByKeys) return;
    const frame = requestAnimationFrame(() =>
      content.current?.querySelector<HTMLElement>('[role^="menuitem"]:not([data-disabled])')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [isByKeys]);

  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()} modal={false}>
      {createPortal(
        <Radix.Trigger asChild>
          <span aria-hidden className="pointer-events-none fixed" style={box} />
        </Radix.Trigger>,
        document.body,
      )}
      <Radix.Portal>
        <Radix.Content
          ref={content}
          aria-label={label}
          aria-labelledby={undefined}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          loop
          className={menuSurfaceStyles}
          onInteractOutside={(event) => {
            // The opener closes it by its own press.
            if (opener?.contains(event.target as Node)) event.preventDefault();
            else isLeft.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isLeft.current) opener?.focus();
          }}
        >
          <MenuEntries entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function boxOf(at: MenuSurfaceProps["at"]) {
  if (!(at instanceof HTMLElement)) return { left: at.x, top: at.y, width: 1, height: 1 };
  const { left, top, width, height } = at.getBoundingClientRect();
  return { left, top, width, height };
}
