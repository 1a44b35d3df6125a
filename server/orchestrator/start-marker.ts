import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { type Started, markStarted as writeStarted } from "@/lib/session/settle.ts";
import { createOutage } from "./outage.ts";
import { settleApart } from "./settle-apart.ts";

const retryMs = 250;

interface StartMarkerOptions {
  /** The database's part: which of the sessions are still live; the engine when left out. */
  mark?: (workerId: string, started: readonly Started[]) => Promise<string[]>;
  /** Lets time pass before a commit that failed is repeated. */
  pause?: (ms: number) => Promise<unknown>;
}

/** Records started sessions; those that start while a commit is under way share the next one. */
export function createStartMarker(
  workerId: () => string,
  options: StartMarkerOptions = {},
): (started: Started) => Promise<boolean> {
  const { mark = (id, started) => writeStarted(db(), id, started), pause = sleep } = options;
  const waiting: Waiting[] = [];
  const outage = createOutage("started sessions");
  let isBusy = false;

  const record = async (items: readonly Waiting[]) => {
    const live = await mark(
      workerId(),
      items.map(({ started }) => started),
    );
    for (const { started, resolve } of items) resolve(live.includes(started.sessionId));
  };

  const run = async () => {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0);
      try {
        const refused = await settleApart(batch, record);
        outage.end();
        for (const one of refused) runUnrecorded(one);
      } catch (thrown) {
        waiting.unshift(...batch);
        outage.report(thrown);
        await pause(retryMs);
      }
    }
    isBusy = false;
  };

  return (started) =>
    new Promise((resolve) => {
      waiting.push({ started, resolve });
      void run();
    });
}

interface Waiting {
  started: Started;
  resolve: (isLive: boolean) => void;
}

/** It runs all the same, and its launch ticket names its process; only the row does not. */
function runUnrecorded({ started, resolve }: Waiting): void {
  logger.error({ session: started.sessionId }, "the engine refused to record a started session");
  resolve(true);
}
