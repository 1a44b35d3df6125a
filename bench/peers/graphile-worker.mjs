import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { Pool } from "pg";
import { createCountdown, createRelease } from "./release.mjs";

/**
 * One task that runs the work and adds what it releases. A pool of `concurrentJobs` + 2 as its documentation recommends, prepared
 * statements on (its default). Variant "localQueue": jobs are fetched 500 at a time and completions are written in batches.
 */
export async function open(/** @type {string} */ url) {
  const logger = new Logger(() => () => {});
  const setup = openPool(url, 2);
  const utils = await makeWorkerUtils({ pgPool: setup, logger });
  await utils.migrate();
  const add = (ids, by = utils.addJobs) => by(ids.map((id) => ({ identifier: "job", payload: { id } })));

  return {
    async drain({ jobs, concurrency, variant, work }) {
      const release = createRelease(jobs);
      const countdown = createCountdown(jobs.length);
      for (let at = 0; at < release.ready.length; at += 1000) await add(release.ready.slice(at, at + 1000));
      const pgPool = openPool(url, concurrency + 2);
      const batches = variant === "localQueue" ? { localQueue: { size: 500 }, completeJobBatchDelay: 0 } : {};
      const runner = await run({
        pgPool,
        logger,
        noHandleSignals: true,
        crontab: "",
        preset: { worker: { concurrentJobs: concurrency, ...batches } },
        taskList: {
          job: async ({ id }, { addJobs }) => {
            countdown.begin();
            await work();
            const released = release.releasedBy(id);
            if (released.length > 0) await add(released, addJobs);
          },
        },
      });
      runner.events.on("job:complete", countdown.one);
      await countdown.all;
      await emptied(setup);
      const ms = countdown.sinceBeginMs();
      await runner.stop();
      await pgPool.end();
      return ms;
    },
  };
}

/** It goes on to the next job before a completion is on record. */
async function emptied(/** @type {Pool} */ pool) {
  const rows = async () => (await pool.query("SELECT FROM graphile_worker._private_jobs LIMIT 1")).rowCount;
  while ((await rows()) > 0);
}

function openPool(/** @type {string} */ connectionString, /** @type {number} */ max) {
  const pool = new Pool({ connectionString, max });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
