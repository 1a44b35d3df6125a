"use client";

import Link from "next/link";
import { keysOf } from "@/components/keyboard-rules.ts";
import { listShortcuts } from "@/components/shortcuts.ts";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";

interface ShortcutSheetProps {
  open: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Every binding alive on this screen, by scope. */
export function ShortcutSheet({ open, onOpenChange }: ShortcutSheetProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" size="lg">
      {open && <Groups />}
      <p className="text-muted text-sm">
        Everything here can be done by programs as well:{" "}
        <Link
          href="/docs"
          prefetch={false}
          onClick={() => onOpenChange(false)}
          className="text-accent underline underline-offset-2"
        >
          API reference
        </Link>
      </p>
    </Dialog>
  );
}

function Groups() {
  "use no memo"; // reads the registry anew each time it opens
  const shortcuts = listShortcuts();
  const scopes = [...new Set(shortcuts.map((shortcut) => shortcut.scope))];
  return (
    <div className="columns-1 gap-8 sm:columns-2">
      {scopes.map((scope) => (
        <section key={scope} className="mb-4 break-inside-avoid">
          <h3 className="mb-1 font-medium text-muted text-sm">{scope}</h3>
          <dl>
            {shortcuts
              .filter((shortcut) => shortcut.scope === scope)
              .map((shortcut) => (
                <div
                  key={shortcut.id}
                  className="flex h-row items-center justify-between gap-4 border-border border-b py-1"
                >
                  <dt>{shortcut.label}</dt>
                  <dd className="flex flex-wrap justify-end gap-2">
                    {keysOf(shortcut).map((keys) => (
                      <Kbd key={keys} keys={keys} />
                    ))}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
