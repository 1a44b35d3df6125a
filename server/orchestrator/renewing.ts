import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { keepLease } from "./keep-lease.ts";
import type { Services } from "./services.ts";

/** The lease is renewed three times in its length, from the first moment on: a start may take longer than a lease. */
export interface Renewing {
  /** A renewal of its own, after the one under way. */
  now(): Promise<void>;
  stop(): void;
}

export function startRenewing(services: Services, onGivenUp: () => Promise<void>): Renewing {
  let underWay = 0;
  let last: Promise<void> = Promise.resolve();
  const renew = async () => {
    // A renewal that was under way when the process was stopped is over when it wakes.
    do if ((await keepLease(services)) === "lost") return onGivenUp();
    while (!services.lease.isHeld());
  };
  const now = () => {
    underWay += 1;
    const mine = last.then(renew).finally(() => {
      underWay -= 1;
    });
    last = mine.catch(() => {});
    return mine;
  };
  const look = () => {
    if (underWay === 0) now().catch((thrown) => logger.debug({ err: thrown }, "will be done at the next round"));
  };
  look();
  const timer = setInterval(look, env.RUNBOARD_LEASE_MS / 3);
  return { now, stop: () => clearInterval(timer) };
}
