"use client";

import { ConnectionBadge } from "@/components/frame/connection-badge.tsx";
import { useConnection } from "@/lib/client/live.tsx";

/** The foot of the sidebar. */
export function FrameStatus() {
  return <ConnectionBadge connection={useConnection().state} />;
}
