"use client";

import { useEffect, useState } from "react";
import { createLogBuffer } from "@/components/log/log-buffer.ts";
import { createLogReader, type LogSink } from "@/components/log/log-reader.ts";
import { useLive } from "@/lib/client/live.tsx";

/** A session's output: first the pages that exist, then the room while it runs. */
export const useLog = (sessionId: string, isLive: boolean) => useLogInto(createLogBuffer, sessionId, isLive);

/** The same, read into something else. `create` makes an empty one. `problem`: why it cannot be read at the moment. */
export function useLogInto<Sink extends LogSink>(create: () => Sink, sessionId: string, isLive: boolean) {
  const live = useLive();
  const [problem, setProblem] = useState<string | null>(null);
  const [{ sink, ...known }, setKnown] = useState(() => ({ sessionId, sink: create() }));
  if (known.sessionId !== sessionId) setKnown({ sessionId, sink: create() });

  useEffect(() => {
    const reader = createLogReader(sessionId, sink, setProblem);
    const unwatch = isLive ? live.watchLog({ sessionId, after: reader.offset, onPart: reader.onPart }) : () => {};
    void reader.catchUp();
    return () => {
      unwatch();
      reader.stop();
    };
  }, [live, sessionId, sink, isLive]);

  return { sink, problem };
}
