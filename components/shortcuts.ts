import { useEffect } from "react";
import type { Shortcut } from "@/components/keyboard-rules.ts";

const registered = new Map<string, Shortcut>();

/** All bindings alive now, in the order they came. */
export function listShortcuts(): Shortcut[] {
  return [...registered.values()];
}

/** Adds bindings while the component is mounted. A later one with the same id takes the earlier one's place. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    for (const shortcut of shortcuts) registered.set(shortcut.id, shortcut);
    return () => {
      for (const shortcut of shortcuts) if (registered.get(shortcut.id) === shortcut) registered.delete(shortcut.id);
    };
  }, [shortcuts]);
}
