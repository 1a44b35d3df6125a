import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import type { Services } from "../services.ts";
import { keepLease } from "./keep-lease.ts";

/** The lease is renewed three times in its length, from the first moment on: a start may take longer than a lease. */
export interface Renewing {
  /** A renewal of its own, after the one under way. */
  now(): Promise<void>;
  /** No more renewals; resolves when the last one is over. What it finds out then ends nothing. */
  stop(): Promise<void>;
}

interface Outcomes {
  /** Others have given this orchestrator up. */
  onGivenUp: () => Promise<void>;
  /** A renewal has been under way for two leases and does not even fail: nothing that it waits for will come. */
  onHung: () => void;
}

const hungRounds = 6;

export function startRenewing(services: Services, { onGivenUp, onHung }: Outcomes): Renewing {
  let underWay = 0;
  // Rounds, not time: while the process itself is stopped there are none.
  let rounds = 0;
  let last: Promise<void> = Promise.resolve();
  let isStopped = false;
  const renew = async () => {
    // A renewal that was under way when the process was stopped is over when it wakes.
    do if (!isStopped && (await keepLease(services)) === "lost" && !isStopped) return onGivenUp();
    while (!isStopped && !services.lease.isHeld());
  };
  const now = () => {
    underWay += 1;
    const mine = last.then(renew).finally(() => {
      underWay -= 1;
      rounds = 0;
    });
    last = mine.catch(() => {});
    return mine;
  };
  const look = () => {
    if (underWay > 0 && ++rounds === hungRounds) onHung();
    if (underWay === 0) now().catch((thrown) => logger.debug({ err: thrown }, "will be done at the next round"));
  };
  look();
  const timer = setInterval(look, env.RUNBOARD_LEASE_MS / 3);
  return {
    now,
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await last;
    },
  };
}
