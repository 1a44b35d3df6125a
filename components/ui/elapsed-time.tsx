"use client";

import { useNowBySecond } from "@/components/ui/clock.ts";
import { formatClock } from "@/components/ui/format-time.ts";

interface ElapsedTimeProps {
  /** ISO 8601, UTC. */
  since: string;
  className?: string;
}

/** A clock that runs while something does: `04:12`. Hidden from screen readers: it changes each second. */
export function ElapsedTime({ since, className = "" }: ElapsedTimeProps) {
  const now = useNowBySecond();
  return (
    <span aria-hidden className={`tabular-nums ${className}`}>
      {now ? formatClock(now - Date.parse(since)) : "00:00"}
    </span>
  );
}
