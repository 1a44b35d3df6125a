import { useSyncExternalStore } from "react";

const storageKey = "runboard.terminal-read";
const readers = new Set<() => void>();
let unstored = false;

function isOn(): boolean {
  try {
    return localStorage.getItem(storageKey) === "on";
  } catch {
    return unstored;
  }
}

/** Whether terminals tell a screen reader what they show; a choice of this device. */
export function useScreenReaderChoice(): [boolean, (isWanted: boolean) => void] {
  const isWanted = useSyncExternalStore(subscribe, isOn, () => false);
  return [isWanted, choose];
}

function choose(isWanted: boolean): void {
  unstored = isWanted;
  try {
    localStorage.setItem(storageKey, isWanted ? "on" : "off");
  } catch {
    // Storage may be closed to us; then the choice lasts as long as the page.
  }
  for (const reader of readers) reader();
}

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => readers.delete(reader);
}
