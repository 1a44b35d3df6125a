import { useSyncExternalStore } from "react";

const storageKey = "runboard.chat";
const readers = new Set<() => void>();
let isOpen: boolean | undefined;
let isAsked = false;
let lastPath: string | undefined;

/** Else it covers the page. */
const hasRoomBeside = () => window.matchMedia("(min-width: 1024px)").matches;

function read(): boolean {
  if (isOpen === undefined) {
    try {
      isOpen = localStorage.getItem(storageKey) === "open" && hasRoomBeside();
    } catch {
      isOpen = false;
    }
  }
  return isOpen;
}

/** Whether the chat stands beside the board; remembered on this device, where there is room for both. */
export function setChatOpen(next: boolean): void {
  isOpen = next;
  isAsked = next;
  try {
    localStorage.setItem(storageKey, next ? "open" : "closed");
  } catch {
    // Storage may be closed to us; then it is remembered until the next load.
  }
  for (const reader of readers) reader();
}

/** Whether a person has just opened it: one that was remembered, or was open before the page, takes no focus. */
export const isChatAsked = (): boolean => isAsked;

/** It has opened, and had its focus. */
export function answerChat(): void {
  isAsked = false;
}

/** Where it covers the page, it makes way for the page that was just opened. */
export function makeWay(path: string): void {
  const isNewPage = lastPath !== undefined && path !== lastPath;
  lastPath = path;
  if (isNewPage && read() && !hasRoomBeside()) setChatOpen(false);
}

export const toggleChat = (): void => setChatOpen(!read());

export function useChatOpen(): boolean {
  return useSyncExternalStore(subscribe, read, () => false);
}

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => readers.delete(reader);
}
