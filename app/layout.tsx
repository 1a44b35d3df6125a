import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { Announcer } from "@/components/announcer.tsx";
import { Keyboard } from "@/components/keyboard.tsx";
import { LateToaster } from "@/components/late-toaster.tsx";
import { LateTooltips } from "@/components/late-tooltips.tsx";
import { Providers } from "@/components/providers.tsx";
import { densityCookie } from "@/components/ui/density-cookie.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Runboard", template: "%s - Runboard" },
  description: "A Kanban board whose cards run themselves.",
  referrer: "same-origin",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

/** Reading the nonce makes every page dynamic, as a nonce per request demands. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const density = (await cookies()).get(densityCookie)?.value;
  return (
    <html
      lang="en"
      suppressHydrationWarning
      data-density={density}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:z-tooltip focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:font-medium focus:text-on-accent"
        >
          Skip to content
        </a>
        <Providers nonce={nonce}>
          {children}
          <Keyboard />
          <LateToaster />
          <LateTooltips />
        </Providers>
        <Announcer />
      </body>
    </html>
  );
}
