import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { listen } from "../listen.ts";
import { createAgentCensus } from "./agent/say-agents.ts";
import { watchDisk } from "./disk/watch-disk.ts";
import { keepHouse } from "./housekeeping.ts";
import type { Renewing } from "./lease/renewing.ts";
import { monitorDueProjects } from "./monitor.ts";
import { dropSuperseded, reconcile } from "./recovery/reconcile.ts";
import { sweep } from "./recovery/sweep.ts";
import { createSeldom } from "./seldom.ts";
import type { Services } from "./services.ts";

const reconcileMs = 5_000;
const sweepMs = 20_000;
const monitorMs = 5_000;
const housekeepingMs = 3_600_000;
const censusMs = 30_000;
const taskFilesMs = 2_000;
const documentsMs = 2_000;
/** What no task waits for begins so long after the start, when the web process has come up beside it. */
const settleMs = 3_000;

/**
 * When to look. Hints from the database and a poll wake the same work: a turn (promote → claim → dispatch, and whether there
 * are questions about repositories) and, while sessions are held, whether one was ended without us. Another host's silence is
 * judged at the very moment it has lasted too long.
 */
export function startScheduler(services: Services, renewing: Renewing): { stop(): Promise<void> } {
  const timers: NodeJS.Timeout[] = [];
  /** Answers what does the work now, unless it is under way. */
  const every = (ms: number, work: () => Promise<void>): (() => void) => {
    let isBusy = false;
    const now = () => {
      if (isBusy) return;
      isBusy = true;
      work()
        .catch((thrown) => logger.debug({ err: thrown }, "will be done at the next round"))
        .finally(() => {
          isBusy = false;
        });
    };
    timers.push(setInterval(now, ms));
    return now;
  };

  const look = async () => {
    services.turns.wake();
    services.agents.hint();
    await dropSuperseded(services);
  };

  every(env.RUNBOARD_POLL_MS, look);
  // Told with the lease, but never before it: making room takes its time.
  every(env.RUNBOARD_LEASE_MS / 3, () => watchDisk(services));
  const reconcileNow = every(reconcileMs, async () => {
    const nextLossMs = await reconcile(services);
    if (services.takenOver.size > 0) await renewing.now();
    if (nextLossMs !== null && nextLossMs < reconcileMs) timers.push(setTimeout(reconcileNow, nextLossMs));
  });
  const sweepNow = every(sweepMs, () => sweep(services));
  const taskFiles = createSeldom(() => services.taskFiles.look());
  const documents = createSeldom(() => services.documents.look());
  every(taskFilesMs, taskFiles.tick);
  every(documentsMs, documents.tick);
  every(monitorMs, () => monitorDueProjects(services));
  const sayAgentsNow = every(censusMs, createAgentCensus(services));
  const keepHouseNow = every(housekeepingMs, () => keepHouse(services.config));

  const hints = listen(["runboard_work"], (_channel, payload) => {
    if (payload !== services.worker.id) look().catch(() => {});
    taskFiles.hint();
    documents.hint();
  });
  services.turns.wake();
  for (const now of [sweepNow, keepHouseNow, sayAgentsNow]) timers.push(setTimeout(now, settleMs));

  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await services.taskFiles.close();
      await hints.close();
    },
  };
}
