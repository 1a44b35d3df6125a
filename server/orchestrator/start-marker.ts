import { db } from "@/lib/db.ts";
import { markStarted, type Started } from "@/lib/session/settle.ts";
import { createOutage } from "./outage.ts";

const retryMs = 250;

/** Records started sessions; those that start while a commit is under way share the next one. */
export function createStartMarker(workerId: () => string): (started: Started) => Promise<boolean> {
  const waiting: { started: Started; resolve: (isLive: boolean) => void }[] = [];
  const outage = createOutage("started sessions");
  let isBusy = false;

  const run = async () => {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0);
      try {
        const live = await markStarted(
          db(),
          workerId(),
          batch.map(({ started }) => started),
        );
        outage.end();
        for (const { started, resolve } of batch) resolve(live.includes(started.sessionId));
      } catch (thrown) {
        waiting.unshift(...batch);
        outage.report(thrown);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
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
