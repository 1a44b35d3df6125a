import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ErrorBoundary } from "@/components/error-boundary.tsx";
import { BottomBar } from "@/components/frame/bottom-bar.tsx";
import { Sidebar } from "@/components/frame/sidebar.tsx";
import { sidebarCookie } from "@/components/frame/sidebar-cookie.ts";

interface AppFrameProps {
  /** Set inside a project: its links are shown. */
  projectKey?: string;
  /** The project switcher, at the top of the sidebar and of the phone's sheet. */
  switcher?: ReactNode;
  /** The foot of the sidebar: connection, agents n/m. */
  status?: ReactNode;
  /** The header's content: `h1`, view tabs, actions. See `HeaderBar`. */
  header: ReactNode;
  /** One `StatusStrip`. */
  strip?: ReactNode;
  /** A `Panel`, or something that shows one when its URL says so. */
  panel?: ReactNode;
  /** A `Panel` for the chat. */
  dock?: ReactNode;
  /** Buttons of the phone's lower bar besides the links: New, Chat. */
  bottomActions?: ReactNode;
  children: ReactNode;
}

/** The landmarks of every screen. Only `main`, panels and their insides scroll, the page never does. */
export async function AppFrame({ projectKey, switcher, status, header, strip, panel, dock, ...props }: AppFrameProps) {
  const isCollapsed = (await cookies()).get(sidebarCookie)?.value === "collapsed";
  return (
    <div className="flex h-dvh flex-col overflow-hidden sm:flex-row print:h-auto print:overflow-visible">
      <Sidebar projectKey={projectKey} switcher={switcher} status={status} isInitiallyCollapsed={isCollapsed} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <header className="z-dock flex min-h-12 shrink-0 items-center border-border border-b bg-surface px-3 py-1.5 sm:px-4">
          {header}
        </header>
        {strip}
        <div className="relative flex min-h-0 flex-1">
          <main id="main" tabIndex={-1} className="relative min-w-0 flex-1 overflow-auto">
            <ErrorBoundary title="Could not show this page">{props.children}</ErrorBoundary>
          </main>
          {panel}
          <ErrorBoundary
            title="Could not show the chat"
            className="absolute inset-x-0 bottom-0 z-dock bg-surface lg:static lg:w-90 lg:shrink-0"
          >
            {dock}
          </ErrorBoundary>
        </div>
      </div>
      <BottomBar projectKey={projectKey} switcher={switcher} status={status} actions={props.bottomActions} />
    </div>
  );
}
