"use client";

import { ThemeProvider } from "next-themes";
import * as Tooltip from "radix-ui/tooltip";
import type { ReactNode } from "react";

/** What the whole tree stands on: theme and tooltips. */
export function Providers({ nonce, children }: { nonce?: string; children: ReactNode }) {
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      storageKey="runboard.theme"
      disableTransitionOnChange
      nonce={nonce}
    >
      <Tooltip.Provider delayDuration={400} skipDelayDuration={200}>
        {children}
      </Tooltip.Provider>
    </ThemeProvider>
  );
}
