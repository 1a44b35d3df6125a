const SAME_KEYPRESS_MS = 1_000;

export interface StopSignals {
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP. */
  stopping: AbortSignal;
  /** Aborts at a second one. */
  forced: AbortSignal;
}

/** Ctrl+C arrives twice under npm (from the terminal, and passed on by npm): only a later one is a second signal. */
export function stopSignals(log: (line: string) => void): StopSignals {
  const stopping = new AbortController();
  const forced = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (!stopping.signal.aborted) {
      firstAt = performance.now();
      log("Stopping…");
      stopping.abort();
    } else if (performance.now() - firstAt > SAME_KEYPRESS_MS && !forced.signal.aborted) {
      log("Stopping now…");
      forced.abort();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return { stopping: stopping.signal, forced: forced.signal };
}
