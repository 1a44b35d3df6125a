"use client";

import { StatusStrip, type StripMessage } from "@/components/frame/status-strip.tsx";
import { useBudgetHold } from "@/components/project/use-budget-hold.tsx";
import { useClaimsPause } from "@/components/project/use-claims-pause.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useConnection, useLive } from "@/lib/client/live.tsx";

const clock = (at: number) => new Date(at).toLocaleTimeString(undefined, { hour12: false });

/** Says that what is on screen may be stale, and since when; else that nothing new starts, and why. */
export function ConnectionStrip({ projectKey }: { projectKey?: string }) {
  const { state, since } = useConnection();
  const live = useLive();
  const paused = useClaimsPause(projectKey);
  const held = useBudgetHold(projectKey);
  const from = since ? `showing data from ${clock(since)}` : "";
  const retry = (
    <Button variant="link" size="sm" className="h-6!" onClick={live.retry}>
      Retry
    </Button>
  );
  const messages: Record<typeof state, StripMessage | null> = {
    live: paused ?? held,
    reconnecting: { role: "attention", text: `Reconnecting... ${from}`, actions: retry },
    offline: { role: "attention", text: `Offline, ${from}` },
  };
  return <StatusStrip message={messages[state]} />;
}
