import { logger } from "@/lib/log.ts";

/** Something that fails again and again while the database is away is told once, and once when it is over. */
export interface Outage {
  report(thrown: unknown): void;
  end(): void;
}

export function createOutage(what: string): Outage {
  let sinceMs: number | null = null;
  return {
    report: (thrown) => {
      if (sinceMs === null)
        logger.warn(
          { reason: thrown instanceof Error ? lastLine(thrown.message) : thrown },
          `${what} wait and are repeated`,
        );
      sinceMs ??= performance.now();
    },
    end: () => {
      if (sinceMs !== null) logger.warn({ afterMs: Math.round(performance.now() - sinceMs) }, `${what} go on`);
      sinceMs = null;
    },
  };
}

/** Prisma puts the reason last. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? text;
