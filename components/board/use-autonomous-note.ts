"use client";

import { type RefObject, useEffect, useState } from "react";
import { hasSeen, markSeen } from "@/components/board/seen.ts";
import { isPanelOpen, onRoomChange } from "@/components/frame/panel-room.ts";

const shownMs = 12_000;

/** Once per project, and in nobody's way: it goes by itself, on Escape, on a press elsewhere, and when a panel opens. */
export function useAutonomousNote(projectId: string, frame: RefObject<HTMLElement | null>) {
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    if (!isOpen) return;
    const close = () => setOpen(false);
    const watched = new AbortController();
    const options = { signal: watched.signal, capture: true };
    const timer = setTimeout(close, shownMs);
    const unwatch = onRoomChange(close);
    document.addEventListener("keydown", ({ key }) => key === "Escape" && close(), options);
    document.addEventListener(
      "pointerdown",
      ({ target }) => !frame.current?.contains(target as Node) && close(),
      options,
    );
    return () => {
      clearTimeout(timer);
      unwatch();
      watched.abort();
    };
  }, [isOpen, frame]);

  return {
    isOpen,
    close: () => setOpen(false),
    /** Nothing where it was read before; `instead` where a panel leaves no room for it. */
    offer: (instead: () => void) => {
      const note = `autonomous.${projectId}`;
      if (hasSeen(note)) return;
      markSeen(note);
      if (isPanelOpen()) instead();
      else setOpen(true);
    },
  };
}
