"use client";

import * as Radix from "radix-ui/tabs";
import type { ReactNode } from "react";
import { type TaskTab, taskTabs } from "@/components/task/task-tab.ts";
import { cn } from "@/components/ui/class-names.ts";
import { Count } from "@/components/ui/count.tsx";
import { tabListStyles, tabStyles } from "@/components/ui/tab-styles.ts";

interface TaskTabsProps {
  label: string;
  value: TaskTab;
  onChange: (tab: TaskTab) => void;
  counts: Partial<Record<TaskTab, number>>;
  /** False: there is no such tab. */
  contents: Record<TaskTab, ReactNode>;
}

const labels: Record<TaskTab, string> = {
  overview: "Overview",
  sessions: "Sessions",
  logs: "Logs",
  terminal: "Terminal",
  activity: "Activity",
};

/** The panel's tabs. Their row stays at the top while the rest scrolls; a log takes the height there is and scrolls inside. */
export function TaskTabs({ label, value, onChange, counts, contents }: TaskTabsProps) {
  const tabs = taskTabs.filter((tab) => contents[tab] !== false);
  return (
    <Radix.Root
      value={value}
      onValueChange={(tab) => onChange(tab as TaskTab)}
      className={cn("flex flex-1 flex-col", (value === "logs" || value === "terminal") && "min-h-96")}
    >
      <Radix.List
        aria-label={label}
        className={`${tabListStyles} sticky top-0 z-sticky shrink-0 border-border border-b bg-surface px-3`}
      >
        {tabs.map((tab) => (
          <Radix.Trigger key={tab} value={tab} className={tabStyles}>
            {labels[tab]}
            {counts[tab] ? <Count value={counts[tab]} /> : null}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {/* What is focused comes into view below the row of tabs, never under it. */}
      {tabs.map((tab) => (
        <Radix.Content
          key={tab}
          value={tab}
          className="min-h-0 flex-1 flex-col -outline-offset-2 data-[state=active]:flex [&_*]:scroll-mt-14"
        >
          {tab === value && contents[tab]}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
