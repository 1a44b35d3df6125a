import { PgBoss } from "pg-boss";
import { createCountdown, createRelease } from "./release.mjs";

const pollMs = 500;

/**
 * `fetch` and `complete` in loops of our own, as many as jobs may run at once: `work` waits at least half a second between two
 * jobs of one worker. A loop that finds nothing sleeps until something is released. Variant "batches": 500 jobs a fetch, one
 * `complete` for all of them.
 */
export async function open(/** @type {string} */ url) {
  const boss = new PgBoss({ connectionString: url, max: 52, supervise: false, schedule: false });
  boss.on("error", () => {});
  await boss.start();
  let drained = 0;

  return {
    async drain({ jobs, concurrency, variant, work }) {
      const queue = `jobs${drained++}`;
      await boss.createQueue(queue, { retryLimit: 0 });
      const release = createRelease(jobs);
      const countdown = createCountdown(jobs.length);
      const add = (ids) =>
        boss.insert(
          queue,
          ids.map((id) => ({ data: { id } })),
        );
      for (let at = 0; at < release.ready.length; at += 1000) await add(release.ready.slice(at, at + 1000));
      // As autovacuum would, had the jobs come in more slowly: it may have looked while the queue was empty.
      await boss.getDb().executeSql("ANALYZE pgboss.job");
      const doorbell = createDoorbell();
      let isOver = false;
      const carryOut = async (fetched) => {
        await Promise.all(fetched.map(() => work()));
        await boss.complete(
          queue,
          fetched.map(({ id }) => id),
        );
        const released = fetched.flatMap(({ data }) => release.releasedBy(data.id));
        if (released.length > 0) {
          await add(released);
          doorbell.ring(released.length);
        }
        for (const _ of fetched) countdown.one();
      };
      const loop = async () => {
        while (!isOver) {
          const heard = doorbell.rings();
          const fetched = await boss.fetch(queue, { batchSize: variant === "batches" ? 500 : 1 });
          if (fetched.length > 0) await carryOut(fetched);
          else if (doorbell.rings() === heard) await doorbell.next();
        }
      };
      countdown.begin();
      const loops = Array.from({ length: concurrency }, loop);
      await countdown.all;
      const ms = countdown.sinceBeginMs();
      isOver = true;
      doorbell.ring(concurrency);
      await Promise.all(loops);
      return ms;
    },
  };
}

/** Wakes as many of those who wait as it rings times; the others after a poll. */
function createDoorbell() {
  let waiting = [];
  let rings = 0;
  return {
    /** So many so far. */
    rings: () => rings,
    next: () =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          waiting = waiting.filter((other) => other !== wake);
          resolve();
        }, pollMs);
        waiting.push(wake);
      }),
    ring: (/** @type {number} */ times) => {
      rings += times;
      for (const wake of waiting.splice(0, times)) wake();
    },
  };
}
