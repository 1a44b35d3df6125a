"use client";

import { PanelLeft } from "lucide-react";
import { type ReactNode, useState } from "react";
import { rememberSidebar } from "@/components/frame/sidebar-cookie.ts";
import { SidebarLinks } from "@/components/frame/sidebar-links.tsx";
import { ThemeMenu } from "@/components/frame/theme-menu.tsx";
import { cn } from "@/components/ui/class-names.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";

interface SidebarProps {
  projectKey?: string;
  switcher?: ReactNode;
  status?: ReactNode;
  isInitiallyCollapsed: boolean;
}

/** 220 px on wide windows, 56 px when collapsed and on narrow ones, absent on phones (see `BottomBar`). */
export function Sidebar({ projectKey, switcher, status, isInitiallyCollapsed }: SidebarProps) {
  const [isCollapsed, setCollapsed] = useState(isInitiallyCollapsed);

  const toggle = () => {
    rememberSidebar(isCollapsed ? "open" : "collapsed");
    setCollapsed(!isCollapsed);
  };

  return (
    <div
      data-collapsed={isCollapsed || undefined}
      className={cn(
        "group/sidebar @container hidden w-14 shrink-0 flex-col gap-3 border-border border-e bg-bg p-2 sm:flex print:hidden",
        !isCollapsed && "lg:w-55",
      )}
    >
      {switcher}
      <nav aria-label="Main" className="flex min-h-0 flex-1 flex-col overflow-y-auto p-1">
        <SidebarLinks projectKey={projectKey} isCollapsed={isCollapsed} />
      </nav>
      {status}
      <div className={cn("flex flex-col items-center gap-1", !isCollapsed && "lg:flex-row lg:justify-between")}>
        <ThemeMenu side="right" />
        <IconButton
          label={isCollapsed ? "Widen the sidebar" : "Narrow the sidebar"}
          aria-expanded={!isCollapsed}
          className="aria-expanded:bg-transparent! max-lg:hidden!"
          tooltipSide="right"
          onClick={toggle}
        >
          <PanelLeft aria-hidden className="rtl:rotate-180" />
        </IconButton>
      </div>
    </div>
  );
}
