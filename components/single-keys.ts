import { useSyncExternalStore } from "react";

const storageKey = "runboard.single-keys";
const readers = new Set<() => void>();

/** Whether single letters act as shortcuts (WCAG 2.1.4); a choice of this device. */
export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== "off";
  } catch {
    return true;
  }
}

export function setSingleKeys(value: "on" | "off"): void {
  try {
    localStorage.setItem(storageKey, value);
  } catch {
    // Storage may be closed to us; then the choice lasts as long as nothing.
  }
  for (const reader of readers) reader();
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, areSingleKeysOn, () => true);
}

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => readers.delete(reader);
}
