import { useSyncExternalStore } from "react";

const storageKey = "runboard.chat";
const readers = new Set<() => void>();
let isOpen: boolean | undefined;
let isAsked = false;

function read(): boolean {
  if (isOpen === undefined) {
    try {
      isOpen = localStorage.getItem(storageKey) === "open" && window.matchMedia("(min-width: 1024px)").matches;
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

/** Whether a person has opened it on this page: one that was only remembered takes no focus. */
export const isChatAsked = (): boolean => isAsked;

export const toggleChat = (): void => setChatOpen(!read());

export function useChatOpen(): boolean {
  return useSyncExternalStore(subscribe, read, () => false);
}

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => readers.delete(reader);
}
