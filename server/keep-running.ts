/** Something that was started and will end some time. */
export interface Running {
  /** Settles with the reason in words ("exit code 1") when it has ended; null when its restart was asked for. Never rejects. */
  ended: Promise<string | null>;
}

interface KeepRunning<T extends Running> {
  /** As it stands at the beginning of a sentence: "The database". */
  name: string;
  first: T;
  start: () => Promise<T>;
  log: (line: string) => void;
  signal: AbortSignal;
  clock?: Clock;
}

export interface Clock {
  now(): number;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
const STEADY_MS = 30_000;

/**
 * Starts a thing again whenever it ends, until the signal: after 100 ms, doubling to 10 s, from the beginning again
 * once it stayed up for 30 s.
 */
export async function keepRunning<T extends Running>(options: KeepRunning<T>): Promise<void> {
  const { name, start, log, signal, clock = realClock } = options;
  let running: T | null = options.first;
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const since = clock.now();
    const reason = running === null ? null : await running.ended;
    if (signal.aborted) return;
    if (clock.now() - since >= STEADY_MS) waitMs = FIRST_WAIT_MS;
    if (reason !== null) log(`${name} ended unexpectedly (${reason}). Starting it again…`);
    await clock.pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    if (signal.aborted) return;
    running = await start().catch((error: unknown) => {
      log(`${name} did not start: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    });
  }
}

const realClock: Clock = {
  now: () => performance.now(),
  pause: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
    }),
};
