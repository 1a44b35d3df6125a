"use client";

import { useNow } from "@/components/ui/clock.ts";
import { formatRelative } from "@/components/ui/format-time.ts";

interface RelativeTimeProps {
  /** ISO 8601, UTC. */
  at: string;
  className?: string;
}

/** `3m ago`, with the exact time and zone as its title. Until mounted it shows the date. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const now = useNow();
  const exact = now ? new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" }) : undefined;
  return (
    <time dateTime={at} title={exact} className={className}>
      {now ? formatRelative(Date.parse(at), now) : at.slice(0, 10)}
    </time>
  );
}
