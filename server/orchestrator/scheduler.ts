import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { listen } from "../listen.ts";
import { keepHouse } from "./housekeeping.ts";
import { dropSuperseded, reconcile } from "./reconcile.ts";
import type { Services } from "./services.ts";
import { renewLease } from "./worker.ts";

const reconcileMs = 5_000;
const housekeepingMs = 3_600_000;

/**
 * When to look. Hints from the database and a poll wake the same work: a turn (promote → claim → dispatch, and whether there
 * are questions about repositories) and, while sessions are held, whether one was ended without us. The lease is renewed
 * three times in its length.
 */
export function startScheduler(services: Services, onGivenUp: () => void): { stop(): Promise<void> } {
  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, work: () => Promise<void>) => {
    let isBusy = false;
    timers.push(
      setInterval(() => {
        if (isBusy) return;
        isBusy = true;
        work()
          .catch((thrown) => logger.debug({ err: thrown }, "will be done at the next round"))
          .finally(() => {
            isBusy = false;
          });
      }, ms),
    );
  };

  const look = async () => {
    services.turns.wake();
    await dropSuperseded(services);
  };

  every(env.RUNBOARD_POLL_MS, look);
  every(reconcileMs, () => reconcile(services));
  every(env.RUNBOARD_LEASE_MS / 3, async () => {
    const renewed = await renewLease(services.worker);
    if (renewed === null) return onGivenUp();
    Object.assign(services, renewed);
  });
  every(housekeepingMs, keepHouse);

  const hints = listen(["runboard_work"], (_channel, payload) => {
    if (payload !== services.worker.id) look().catch(() => {});
  });
  services.turns.wake();

  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await hints.close();
    },
  };
}
