import { DBOS } from "@dbos-inc/dbos-sdk";
import { createCountdown } from "./release.mjs";

/**
 * A graph is one workflow and each task a step of it, started in a fixed order once its slot and what it needs are there: one row
 * a step, the cheapest durable way it has. Variant "workflows": each job is a workflow of its own, called directly, so that none
 * waits for the poll of a queue.
 */
export async function open(/** @type {string} */ url) {
  const current = { carry: null, countdown: null };
  const job = DBOS.registerWorkflow(async () => current.carry.work(), { name: "job" });
  const graph = DBOS.registerWorkflow(() => carryOutGraph(current), { name: "graph" });
  DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, systemDatabasePoolSize: 50, logLevel: "error" });
  await DBOS.launch();

  return {
    async drain(carry) {
      current.carry = carry;
      current.countdown = createCountdown(carry.jobs.length);
      current.countdown.begin();
      if (carry.variant === "workflows") await carryOutApart(current, job);
      else await graph();
      return current.countdown.sinceBeginMs();
    },
  };
}

async function carryOutApart({ carry, countdown }, job) {
  let next = 0;
  const lane = async () => {
    while (next < carry.jobs.length) {
      next += 1;
      await job();
      countdown.one();
    }
  };
  await Promise.all(Array.from({ length: carry.concurrency }, lane));
}

async function carryOutGraph({ carry, countdown }) {
  const done = new Map();
  const slots = createSlots(carry.concurrency);
  for (const { id, needs } of carry.jobs) {
    await Promise.all(needs.map((need) => done.get(need)));
    await slots.take();
    const step = DBOS.runStep(carry.work, { name: id }).then(() => {
      countdown.one();
      slots.give();
    });
    done.set(id, step);
  }
  await Promise.all(done.values());
}

function createSlots(free) {
  const waiting = [];
  return {
    take: () => {
      if (free > 0) {
        free -= 1;
        return undefined;
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    give: () => {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
  };
}
