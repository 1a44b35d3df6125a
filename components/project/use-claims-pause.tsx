"use client";

import { useQuery } from "@tanstack/react-query";
import type { StripMessage } from "@/components/frame/status-strip.tsx";
import { LinkButton } from "@/components/ui/link-button.tsx";
import { resourcesQuery } from "@/lib/client/queries.ts";
import { pauseWords } from "@/lib/task/explain-resources.ts";

/** Set while no orchestrator claims: the same words as in readiness and on the cards. One of several that pauses is no news here. */
export function useClaimsPause(projectKey: string | undefined): StripMessage | null {
  const { data } = useQuery(resourcesQuery());
  const reasons = data?.orchestrators.map(({ pausedReason }) => pausedReason) ?? [];
  if (reasons.length === 0 || reasons.includes(null)) return null;
  return {
    role: reasons[0] === "STOPPING" ? "attention" : "danger",
    text: pauseWords(reasons[0] ?? null),
    actions: projectKey && (
      <LinkButton variant="link" size="sm" href={`/p/${projectKey}/queue`}>
        Open the queue
      </LinkButton>
    ),
  };
}
