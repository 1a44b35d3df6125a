"use client";

import { Fragment, useSyncExternalStore } from "react";
import { keyNames } from "@/components/ui/key-names.ts";

/** The keys of a shortcut, in the words of the person's platform. */
export function Kbd({ keys, className = "" }: { keys: string; className?: string }) {
  const isMac = useSyncExternalStore(never, isMacNow, () => false);
  return (
    <span className={`inline-flex items-center gap-1 text-subtle text-xs ${className}`}>
      {keyNames(keys, { isMac }).map((press, index) => (
        <Fragment key={press.join("+") + String(index)}>
          {index > 0 && <span>then</span>}
          {press.map((key) => (
            <kbd
              key={key}
              className="inline-flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-sm border border-border bg-sunken px-1 font-sans text-2xs text-muted"
            >
              {key}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}

const never = () => () => {};
const isMacNow = () => /Mac|iPhone|iPad/.test(navigator.platform);
