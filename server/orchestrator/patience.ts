import { env } from "@/lib/env.ts";

/** How long after its lease the sessions of an orchestrator that says nothing any more are given up. */

/** For the guard to end the sessions, measured from the moment it was told. A kill does not get faster with the lease. */
export const marginMs = Math.max(1_000, env.RUNBOARD_LEASE_MS / 5);

/**
 * Without a guard nobody ends them: the host may be cut off and still run them. Then waiting only makes it less likely that two
 * attempts run at once (the promise is at-least-once); a host that comes back within this time keeps its sessions.
 */
export const unguardedMs = 600_000;
