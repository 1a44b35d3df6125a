"use client";

import { useEffect, useState } from "react";
import { createLogBuffer, type LogBuffer } from "@/components/log/log-buffer.ts";
import { createLogReader } from "@/components/log/log-reader.ts";
import { useLive } from "@/lib/client/live.tsx";

/** A session's output: first the pages that exist, then the room while it runs. */
export function useLog(sessionId: string, isLive: boolean): LogBuffer {
  const live = useLive();
  const [{ buffer, ...known }, setKnown] = useState(() => ({ sessionId, buffer: createLogBuffer() }));
  if (known.sessionId !== sessionId) setKnown({ sessionId, buffer: createLogBuffer() });

  useEffect(() => {
    const reader = createLogReader(sessionId, buffer);
    const unwatch = isLive ? live.watchLog({ sessionId, after: reader.offset, onPart: reader.onPart }) : () => {};
    void reader.catchUp();
    return () => {
      unwatch();
      reader.stop();
    };
  }, [live, sessionId, buffer, isLive]);

  return buffer;
}
