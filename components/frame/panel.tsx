"use client";

import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { takeRoom } from "@/components/frame/panel-room.ts";
import { cn } from "@/components/ui/class-names.ts";
import { CloseButton } from "@/components/ui/close-button.tsx";

interface PanelProps {
  /** The accessible name of the region, such as `Task DEMO-12`. */
  label: string;
  /** Left of the close button: key, title, actions. */
  header: ReactNode;
  onClose: () => void;
  /** `task` is 480 px to half the window, `chat` 360 px. */
  size?: "task" | "chat";
  /** Shown when it was opened by the person: then the focus goes in, and back on close. */
  takesFocus?: boolean;
  children: ReactNode;
}

/** A region at the right. Under 1024 px it covers `main`. Escape closes it; the focus returns to where it was. */
export function Panel({ label, header, onClose, size = "task", takesFocus = true, children }: PanelProps) {
  const panel = useRef<HTMLElement>(null);

  useLayoutEffect(() => (panel.current ? takeRoom(panel.current) : undefined), []);
  useEffect(() => {
    if (!takesFocus) return;
    const element = panel.current;
    const opener = document.activeElement;
    element?.focus();
    return () => {
      const now = document.activeElement;
      // What has taken the focus meanwhile, such as the panel of another task, keeps it.
      const isOurs = now === document.body || element?.contains(now);
      if (isOurs && opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, [takesFocus]);

  return (
    <aside
      ref={panel}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
      className={cn(
        "absolute inset-0 z-dock flex min-w-0 animate-in flex-col border-border bg-surface outline-none duration-180 fade-in-0 slide-in-from-right-2 lg:static lg:z-auto lg:shrink-0 lg:border-s",
        size === "task" ? "lg:w-[clamp(30rem,40%,50%)]" : "lg:w-90",
      )}
    >
      <div className="flex min-h-12 items-center gap-2 border-border border-b ps-4 pe-2">
        <div className="min-w-0 flex-1">{header}</div>
        <CloseButton onClick={onClose} />
      </div>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">{children}</div>
    </aside>
  );
}
