/**
 * What becomes ready when something completes, counted in this process's memory: queues know no graphs, and a program that
 * uses one for a graph has to do this. It costs the peers nothing durable, which is in their favour.
 *
 * @param {readonly import("./peer-process.mjs").Job[]} jobs
 */
export function createRelease(jobs) {
  const open = new Map(jobs.map(({ id, needs }) => [id, needs.length]));
  /** @type {Map<string, string[]>} */
  const dependents = new Map(jobs.map(({ id }) => [id, []]));
  for (const { id, needs } of jobs) for (const need of needs) dependents.get(need).push(id);
  return {
    /** Ready from the beginning. */
    ready: jobs.filter(({ needs }) => needs.length === 0).map(({ id }) => id),
    /** Those that waited for this one last. */
    releasedBy: (/** @type {string} */ id) =>
      dependents.get(id).filter((dependent) => {
        open.set(dependent, open.get(dependent) - 1);
        return open.get(dependent) === 0;
      }),
  };
}

/** Counts completions, and the time since the first `begin`. */
export function createCountdown(/** @type {number} */ count) {
  let left = count;
  let beganAt = 0;
  let resolveAll = () => {};
  const all = new Promise((resolve) => {
    resolveAll = resolve;
  });
  return {
    begin: () => {
      beganAt ||= performance.now();
    },
    one: () => {
      left -= 1;
      if (left === 0) resolveAll();
    },
    /** Resolves with the last completion. */
    all,
    sinceBeginMs: () => performance.now() - beganAt,
  };
}
