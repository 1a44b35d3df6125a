"use client";

import dynamic from "next/dynamic";
import { cloneElement, type KeyboardEvent, type MouseEvent, type ReactElement, useState } from "react";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";

const load = () => import("@/components/ui/menu-surface.tsx").then((file) => file.MenuSurface);
const MenuSurface = dynamic(load, { ssr: false });

interface OpenerProps {
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
  onClick?: (event: MouseEvent<HTMLElement>) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
  onPointerEnter?: () => void;
  onFocus?: () => void;
}

interface DropdownMenuProps {
  entries: readonly MenuEntry[];
  /** The button that opens it. */
  children: ReactElement<OpenerProps>;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
}

/** A button with a menu. The menu's code comes when the button is approached, so that it is there when it is pressed. */
export function DropdownMenu({ entries, children, align = "end", side }: DropdownMenuProps) {
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  const approach = () => void load();

  return (
    <>
      {cloneElement(children, {
        "aria-haspopup": "menu",
        "aria-expanded": opener !== null,
        onPointerEnter: approach,
        onFocus: approach,
        onClick: ({ currentTarget }) => setOpener((last) => (last ? null : currentTarget)),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpener(event.currentTarget);
        },
      })}
      {opener && (
        <MenuSurface
          at={opener}
          label={opener.getAttribute("aria-label") ?? opener.textContent ?? ""}
          entries={entries}
          align={align}
          side={side}
          onClose={() => setOpener(null)}
        />
      )}
    </>
  );
}
