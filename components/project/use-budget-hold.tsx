"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StripMessage } from "@/components/frame/status-strip.tsx";
import { ClockTime } from "@/components/ui/clock-time.tsx";
import { formatUsd } from "@/components/ui/format-amount.ts";
import { LinkButton } from "@/components/ui/link-button.tsx";
import { projectQuery, usageQuery } from "@/lib/client/queries.ts";

/** Set while the day's budget holds the project's agents back, until it is dismissed. */
export function useBudgetHold(projectKey: string | undefined): StripMessage | null {
  const [dismissed, setDismissed] = useState<string | null>(null);
  const { data: project } = useQuery({ ...projectQuery(projectKey ?? ""), enabled: projectKey !== undefined });
  const { data: usage } = useQuery({ ...usageQuery(project?.id ?? ""), enabled: project !== undefined });
  const heldUntil = usage?.heldUntil ?? null;
  if (heldUntil === null || heldUntil === dismissed) return null;
  const budget = usage?.dailyBudgetUsd ?? null;
  return {
    role: "attention",
    text: (
      <span>
        Daily budget reached{budget !== null && `: ${formatUsd(budget)}`}. New runs of agents are held until{" "}
        <ClockTime at={heldUntil} />.
      </span>
    ),
    actions: (
      <LinkButton variant="link" size="sm" href={`/p/${projectKey}/settings#budget`}>
        Raise limit
      </LinkButton>
    ),
    onDismiss: () => setDismissed(heldUntil),
  };
}
