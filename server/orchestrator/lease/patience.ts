import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { machineClockMs } from "../../machine-clock.ts";

/** How long after its lease the sessions of an orchestrator that says nothing any more are given up. */

/** For the guard to end the sessions, measured from the moment it was told. A kill does not get faster with the lease. */
export const marginMs = Math.max(1_000, env.RUNBOARD_LEASE_MS / 5);

/**
 * Without a guard nobody ends them: the host may be cut off and still run them. Then waiting only makes it less likely that two
 * attempts run at once (the promise is at-least-once); a host that comes back within this time keeps its sessions.
 */
export const unguardedMs = 600_000;

/** So far the database's clock and this machine's may drift apart between two looks, the round trip included. */
const driftMs = 2_000;

/**
 * Leases are on the database's clock, and somebody may set it. After a step, and after our own start, nobody is given up until
 * every orchestrator that is alive has had a lease's time to say so.
 */
export interface ClockWatch {
  /** Takes note of the database's time, ms since 1970. Answers for how many ms nobody may be given up yet; 0: judge. */
  doubtMs(databaseMs: number): number;
}

export function createClockWatch(now: () => number = machineClockMs): ClockWatch {
  let last: { databaseMs: number; ownMs: number } | null = null;
  let doubtedUntilMs = now() + env.RUNBOARD_LEASE_MS + marginMs;
  return {
    doubtMs: (databaseMs) => {
      const ownMs = now();
      const stepMs = last === null ? 0 : databaseMs - last.databaseMs - (ownMs - last.ownMs);
      if (Math.abs(stepMs) > driftMs) {
        logger.warn({ stepMs: Math.round(stepMs) }, "the database's clock was set: nobody is given up for a while");
        doubtedUntilMs = ownMs + env.RUNBOARD_LEASE_MS + marginMs;
      }
      last = { databaseMs, ownMs };
      return Math.max(0, doubtedUntilMs - ownMs);
    },
  };
}
