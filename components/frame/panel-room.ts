import { useSyncExternalStore } from "react";

/** What the open panels leave of the window: toasts and notes keep off them. */
export interface PanelRoom {
  /** How wide the panels stand at the end of the window, in px. */
  endPx: number;
  /** How wide what is left beside them is; infinite without any. */
  freePx: number;
  /** Too little is left beside them, or they cover the page. */
  isCovered: boolean;
}

const leastPx = 340;
const nothing: PanelRoom = { endPx: 0, freePx: Number.POSITIVE_INFINITY, isCovered: false };
const panels = new Set<HTMLElement>();
const readers = new Set<() => void>();
let room = nothing;

function measure() {
  const main = document.getElementById("main")?.getBoundingClientRect();
  const isBeside = window.matchMedia("(min-width: 1024px)").matches;
  const next =
    panels.size === 0 || !main
      ? nothing
      : {
          endPx: isBeside ? Math.round(window.innerWidth - main.right) : 0,
          freePx: Math.round(main.width),
          isCovered: !isBeside || main.width < leastPx,
        };
  const isSame = next.endPx === room.endPx && next.freePx === room.freePx && next.isCovered === room.isCovered;
  if (isSame) return;
  room = next;
  for (const reader of readers) reader();
}

/** A panel tells while it is open, and while it changes its width. */
export function takeRoom(panel: HTMLElement): () => void {
  panels.add(panel);
  const observer = new ResizeObserver(measure);
  observer.observe(panel);
  return () => {
    observer.disconnect();
    panels.delete(panel);
    measure();
  };
}

export const readPanelRoom = (): PanelRoom => room;

export function usePanelRoom(): PanelRoom {
  return useSyncExternalStore(onRoomChange, readPanelRoom, () => nothing);
}

export function onRoomChange(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

/** Whether any panel or the chat is open now. */
export const isPanelOpen = (): boolean => panels.size > 0;
