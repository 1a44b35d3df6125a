/**
 * Milliseconds that this machine has been awake since it started: the same for every process, untouched by whoever sets the clock, and
 * standing still while it sleeps. What a session has used of its time limit is counted on it.
 */
export const awakeClockMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
