"use client";

import { useNeedsYou } from "@/components/project/use-needs-you.ts";
import { cn } from "@/components/ui/class-names.ts";
import { Count } from "@/components/ui/count.tsx";

interface NeedsYouCountProps {
  projectKey?: string;
  /** Over the icon's corner, where there is no room for it. */
  isCollapsed: boolean;
}

/** How many things wait for a person, beside the link that leads to them; nothing when there are none. */
export function NeedsYouCount({ projectKey, isCollapsed }: NeedsYouCountProps) {
  const count = useNeedsYou(projectKey);
  if (count === 0) return null;
  return (
    <span className={cn("absolute end-0 top-0", !isCollapsed && "lg:static lg:ms-auto")}>
      <Count value={count} tone="attention" />
    </span>
  );
}
