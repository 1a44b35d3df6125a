"use client";

import { Radar } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { tipOf } from "@/components/ui/tip.ts";
import { useMonitorCheck } from "@/lib/client/monitor.ts";

/** Lets the monitor look now instead of at its next time. */
export function CheckNow({ projectId }: { projectId: string }) {
  const check = useMonitorCheck(projectId);
  return (
    <Button
      icon={<Radar aria-hidden />}
      isBusy={check.isPending}
      onClick={() => check.mutate()}
      {...tipOf({ text: "Look now for what waits or is silent too long", isExtra: true })}
    >
      Check now
    </Button>
  );
}
