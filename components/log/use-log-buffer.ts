import { useEffect, useRef, useState } from "react";
import { createLogBuffer, type LogBuffer } from "@/components/log/log-buffer.ts";

/** A buffer fed from a list of chunks that only grows. A list that starts anew empties the buffer. */
export function useLogBuffer(chunks: readonly string[]): LogBuffer {
  const [buffer] = useState(createLogBuffer);
  const taken = useRef({ count: 0, first: chunks[0] });

  useEffect(() => {
    const isSame =
      chunks.length >= taken.current.count && (taken.current.count === 0 || chunks[0] === taken.current.first);
    if (!isSame) buffer.clear();
    for (const chunk of chunks.slice(isSame ? taken.current.count : 0)) buffer.append(chunk);
    taken.current = { count: chunks.length, first: chunks[0] };
  }, [buffer, chunks]);

  return buffer;
}
