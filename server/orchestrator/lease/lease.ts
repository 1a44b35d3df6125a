import { machineClockMs } from "../../machine-clock.ts";

/**
 * Until when this process may act. It trusts itself for less time than the database does: a lease counts from before the
 * call that renews it, on a clock that goes on while the process is stopped. Whoever wakes from a pause finds it over and
 * waits here before every effect: claim, launch, publish, settle.
 */
export interface Lease {
  isHeld(): boolean;
  /** Resolves at once while it is held, else when it is held again. */
  held(): Promise<void>;
  /** On the machine's clock. */
  extend(untilMs: number): void;
}

export function createLease(untilMs: number, now: () => number = machineClockMs): Lease {
  let endMs = untilMs;
  const waiting: (() => void)[] = [];
  const isHeld = () => now() < endMs;
  return {
    isHeld,
    held: () => (isHeld() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    extend: (nextMs) => {
      endMs = Math.max(endMs, nextMs);
      if (isHeld()) for (const resolve of waiting.splice(0)) resolve();
    },
  };
}
