import { logger } from "@/lib/log.ts";

/** The database refused what must always be possible: rule 13 of the engine, stop claiming and say so. */
export interface Invariant {
  isBroken(): boolean;
  /** Time to try again what broke it. Each call that says so counts as the try. */
  isDue(): boolean;
  break(thrown: unknown): void;
  mend(): void;
}

const retryMs = 30_000;

export function createInvariant(
  onChange: (state: "broken" | "mended") => void,
  now = () => performance.now(),
): Invariant {
  let triedAtMs: number | null = null;
  return {
    isBroken: () => triedAtMs !== null,
    isDue: () => {
      if (triedAtMs === null || now() - triedAtMs < retryMs) return false;
      triedAtMs = now();
      return true;
    },
    break: (thrown) => {
      const isNews = triedAtMs === null;
      triedAtMs ??= now();
      if (!isNews) return logger.debug({ err: thrown }, "the engine still refuses");
      logger.error({ err: thrown }, "the engine refused a turn: nothing is claimed until it goes well again");
      onChange("broken");
    },
    mend: () => {
      if (triedAtMs === null) return;
      triedAtMs = null;
      logger.warn("the engine takes everything in again: claiming goes on");
      onChange("mended");
    },
  };
}
