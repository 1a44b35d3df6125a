"use client";

import { useNow } from "@/components/ui/clock.ts";
import { formatRelative } from "@/components/ui/format-time.ts";

/** A time to come or just gone, by the clock and by its distance: `14:20 (in 12m)`. Until mounted only the date. */
export function ClockTime({ at }: { at: string }) {
  const now = useNow();
  const date = new Date(at);
  const exact = now ? date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" }) : undefined;
  const clock = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return (
    <time dateTime={at} title={exact} className="tabular-nums">
      {now ? `${clock} (${formatRelative(date.getTime(), now)})` : at.slice(0, 10)}
    </time>
  );
}
