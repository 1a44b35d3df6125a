import { useEffect, useRef } from "react";
import type { LogBuffer } from "@/components/log/log-buffer.ts";
import { lineText } from "@/components/log/log-line.ts";
import { announce } from "@/lib/client/announce.ts";

const everyMs = 5_000;

/** While on, says every five seconds how many lines came and reads the last one. */
export function useSpokenLines(buffer: LogBuffer, isOn: boolean): void {
  const spoken = useRef(0);

  useEffect(() => {
    if (!isOn) return;
    spoken.current = buffer.count();
    const timer = setInterval(() => {
      const count = buffer.count();
      const added = count - spoken.current;
      spoken.current = count;
      if (added <= 0) return;
      const last = lineText(buffer.line(count - 1)).slice(0, 200);
      announce(`${added === 1 ? "1 new line" : `${added} new lines`}. ${last}`);
    }, everyMs);
    return () => clearInterval(timer);
  }, [buffer, isOn]);
}
