import { useEffect, useRef } from "react";

/** Reads again when something that the answer depends on has changed; `signal` is that something as text. */
export function useRefetchOn(signal: string, refetch: () => unknown): void {
  const last = useRef(signal);
  useEffect(() => {
    if (last.current === signal) return;
    last.current = signal;
    refetch();
  }, [signal, refetch]);
}
