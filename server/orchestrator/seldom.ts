import { machineClockMs } from "../machine-clock.ts";

/** A look at what most instances have none of. */
export interface Seldom {
  /** Looks, unless the last look found nothing to look after and nothing was hinted since. */
  tick(): Promise<void>;
  /** Something was written: there may be something now. */
  hint(): void;
}

/** So long nothing is believed without a look; hints may be lost. */
const restMs = 20_000;

/** `look` answers whether there is anything to look after. */
export function createSeldom(look: () => Promise<boolean>, now: () => number = machineClockMs): Seldom {
  let nextMs = 0;
  return {
    tick: async () => {
      if (now() < nextMs) return;
      const lookedAtMs = now();
      // A hint that comes during the look counts after it.
      nextMs = lookedAtMs;
      const isNeeded = await look();
      if (!isNeeded && nextMs === lookedAtMs) nextMs = lookedAtMs + restMs;
    },
    hint: () => {
      nextMs = 0;
    },
  };
}
