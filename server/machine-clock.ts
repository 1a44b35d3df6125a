import { uptime } from "node:os";

/**
 * Milliseconds since this machine started, the time it slept included. The same for every process of the machine and
 * untouched by whoever sets the clock: what one process promises until then, another can hold it to. Exact to 10 ms.
 */
export const machineClockMs = (): number => uptime() * 1000;
