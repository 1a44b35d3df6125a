"use client";

import { useEffect, useState } from "react";
import { onAnnouncement } from "@/lib/client/announce.ts";

/** The one polite live region. Mounted once, in the root layout; speak through `announce`. */
export function Announcer() {
  const [said, setSaid] = useState({ text: "", count: 0 });

  useEffect(() => onAnnouncement((text) => setSaid((last) => ({ text, count: last.count + 1 }))), []);

  // The invisible mark makes a repeated sentence a change, so that it is read again.
  return (
    <div role="status" aria-live="polite" aria-atomic="true" className="sr-only" data-announcer>
      {said.text}
      {said.count % 2 === 1 ? "\u00a0" : ""}
    </div>
  );
}
