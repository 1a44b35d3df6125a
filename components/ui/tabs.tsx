"use client";

import * as Radix from "radix-ui/tabs";
import type { ReactNode } from "react";
import { Count } from "@/components/ui/count.tsx";
import { tabListStyles, tabStyles } from "@/components/ui/tab-styles.ts";

export interface Tab {
  value: string;
  label: string;
  count?: number;
  icon?: ReactNode;
  content: ReactNode;
}

interface TabsProps {
  /** The accessible name of the row. */
  label: string;
  tabs: readonly Tab[];
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  className?: string;
}

/** Tabs without a URL of their own; see `TabLinks` for those that have one. */
export function Tabs({ label, tabs, value, defaultValue, onValueChange, className }: TabsProps) {
  return (
    <Radix.Root
      value={value}
      defaultValue={defaultValue ?? tabs[0]?.value}
      onValueChange={onValueChange}
      className={className}
    >
      <Radix.List aria-label={label} className={tabListStyles}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={tabStyles}>
            {tab.icon}
            {tab.label}
            {tab.count !== undefined && <Count value={tab.count} />}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="pt-3">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
