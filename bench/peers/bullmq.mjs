import { FlowProducer, Queue, Worker } from "bullmq";
import { createCountdown, createRelease } from "./release.mjs";

/**
 * One worker with its concurrency set, completed jobs removed. A chain is a flow: each job the child of the next, released by
 * Redis itself. Other graphs no flow can say (a job has one parent), so the handler adds what it releases. Not durable as a
 * database is: the append-only file is flushed once a second, as its documentation recommends.
 */
export async function open(/** @type {string} */ socketPath) {
  const connection = { path: socketPath, maxRetriesPerRequest: null };
  const defaultJobOptions = { removeOnComplete: true };
  let drained = 0;

  return {
    async drain({ jobs, concurrency, work }) {
      const name = `jobs${drained++}`;
      const queue = new Queue(name, { connection, defaultJobOptions });
      const release = createRelease(jobs);
      const countdown = createCountdown(jobs.length);
      const asJob = (id) => ({ name: "job", data: { id } });
      const flow = isChain(jobs) ? new FlowProducer({ connection }) : null;
      const carryOut = async ({ data: { id } }) => {
        countdown.begin();
        await work();
        const released = flow ? [] : release.releasedBy(id);
        if (released.length > 0) await queue.addBulk(released.map(asJob));
      };
      const worker = new Worker(name, carryOut, { connection, concurrency, autorun: false });
      worker.on("completed", countdown.one);
      worker.on("error", () => {});
      await worker.waitUntilReady();
      if (flow) await flow.add(chainOf(jobs, name, defaultJobOptions));
      else
        for (let at = 0; at < release.ready.length; at += 1000)
          await queue.addBulk(release.ready.slice(at, at + 1000).map(asJob));
      void worker.run();
      await countdown.all;
      const ms = countdown.sinceBeginMs();
      await worker.close();
      await flow?.close();
      await queue.close();
      return ms;
    },
  };
}

const isChain = (jobs) => jobs.length > 1 && jobs.slice(1).every(({ needs }, at) => needs[0] === jobs[at].id);

/** The last job is the root: what it waits for is its child. */
const chainOf = (jobs, queueName, opts) =>
  jobs.reduce(
    (child, { id }) => ({ name: "job", queueName, data: { id }, opts, ...(child ? { children: [child] } : {}) }),
    null,
  );
