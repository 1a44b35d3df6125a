"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { createKeybindingsHandler } from "tinykeys";
import { isActive, keysOf, placeOf, type Shortcut } from "@/components/keyboard-rules.ts";
import { listShortcuts, useShortcuts } from "@/components/shortcuts.ts";
import { areSingleKeysOn } from "@/components/single-keys.ts";

const ShortcutSheet = dynamic(() => import("@/components/shortcut-sheet.tsx").then((file) => file.ShortcutSheet), {
  ssr: false,
});

/** Listens for every shortcut of `useShortcuts` and shows the sheet on `?`. Mounted once, in the root layout. */
export function Keyboard() {
  const [isSheetOpen, setSheetOpen] = useState(false);

  useEffect(() => {
    const handle = createDispatcher();
    window.addEventListener("keydown", handle);
    return () => window.removeEventListener("keydown", handle);
  }, []);

  useShortcuts([
    {
      id: "shortcuts",
      keys: "Shift+?",
      scope: "Everywhere",
      label: "Show the shortcuts of this screen",
      handler: () => setSheetOpen(true),
    },
  ]);

  return isSheetOpen ? <ShortcutSheet open onOpenChange={setSheetOpen} /> : null;
}

/** Builds the key map anew only when the set of keys changed, so that a sequence such as `g b` is not cut. */
function createDispatcher() {
  let known = "";
  let dispatch: (event: Event) => void = () => {};
  return (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const shortcuts = listShortcuts().filter((shortcut) => shortcut.handler);
    const signature = shortcuts.map((shortcut) => `${shortcut.id}=${keysOf(shortcut).join("|")}`).join(";");
    if (signature !== known) {
      known = signature;
      dispatch = createKeybindingsHandler(Object.fromEntries(shortcuts.flatMap(bindings)));
    }
    dispatch(event);
  };
}

function bindings({ id, ...shortcut }: Shortcut) {
  return keysOf({ id, ...shortcut }).map((keys) => [keys, (event: KeyboardEvent) => run(id, keys, event)] as const);
}

function run(id: string, keys: string, event: KeyboardEvent) {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (!isActive(keys, placeOf(target), { areSingleKeysOn: areSingleKeysOn() })) return;
  event.preventDefault();
  listShortcuts()
    .find((shortcut) => shortcut.id === id)
    ?.handler?.(event);
}
