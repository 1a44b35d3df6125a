"use client";

import { AlarmClock, Hourglass } from "lucide-react";
import { useNow } from "@/components/ui/clock.ts";
import { formatSpan } from "@/components/ui/format-time.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** Since when it could have started, and whether the monitor has noticed. */
export function WaitingSince({ task: { waitingSince, monitoredAt } }: { task: Task }) {
  const now = useNow();
  if (!waitingSince) return null;
  const waitedMs = now - Date.parse(waitingSince);
  // A delayed retry begins to wait when it is due.
  if (now === 0 || waitedMs < 0) return null;
  const Icon = monitoredAt ? AlarmClock : Hourglass;
  return (
    <p className={`flex items-start gap-1.5 text-sm ${monitoredAt ? "text-attention" : "text-muted"}`}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        {monitoredAt ? "The monitor noticed: waits" : "Waits"} for {formatSpan(waitedMs)}
        {monitoredAt && (
          <>
            {" "}
            (noticed <RelativeTime at={monitoredAt} />)
          </>
        )}
        .
      </span>
    </p>
  );
}
