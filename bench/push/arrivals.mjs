/** When the nth event had reached everybody. Plain JavaScript: the peers' programs use it, too. */
export function createArrivals() {
  /** @type {{ count: number, lastNs: bigint }[]} */
  const events = [];
  /** @type {(() => void) | undefined} */
  let look;
  return {
    /** Somebody got their nth event. */
    one(/** @type {number} */ nth) {
      events[nth] ??= { count: 0, lastNs: 0n };
      events[nth].count += 1;
      events[nth].lastNs = process.hrtime.bigint();
      look?.();
    },
    /**
     * When the last of so many got it, by the clock all processes of a machine share.
     *
     * @returns {Promise<{ lastMs: number }>}
     */
    all(/** @type {number} */ nth, /** @type {number} */ everybody) {
      return new Promise((resolve) => {
        look = () => {
          const event = events[nth];
          if (event === undefined || event.count < everybody) return;
          look = undefined;
          resolve({ lastMs: Number(event.lastNs) / 1e6 });
        };
        look();
      });
    },
  };
}

/** Fifty at once, so that nobody runs into the time a connection may take. */
export async function inGroups(/** @type {number} */ count, /** @type {() => Promise<void>} */ one) {
  for (let n = 0; n < count; n += 50) await Promise.all(Array.from({ length: Math.min(50, count - n) }, one));
}
