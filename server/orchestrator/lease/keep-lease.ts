import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { env, home } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { machineClockMs } from "../../machine-clock.ts";
import type { Services } from "../services.ts";
import { type Renewal, renewLease, sayGuarded } from "../worker.ts";
import { marginMs } from "./patience.ts";

/**
 * One renewal: the database first, then the helper's guard, then what this process allows itself; each ends no later than
 * the one before. While other hosts have live orchestrators the helper ends the sessions when the next renewal does not
 * come, so that none of them waits longer than lease and margin. Alone nothing is guarded: sessions outlive everything.
 */
export async function keepLease(services: Services): Promise<"kept" | "lost"> {
  const untilMs = machineClockMs() + env.RUNBOARD_LEASE_MS;
  const renewal = await renewLease(services.worker, services.disk);
  if (renewal === null) return "lost";
  services.worker = renewal.worker;
  services.config = renewal.config;
  // Those whose sessions the guard is told of now.
  const predecessors = [...services.takenOver].filter(([, how]) => how === "adopted").map(([id]) => id);
  await renewGuard(services, renewal, untilMs);
  services.lease.extend(untilMs);
  await dismissPredecessors(services, predecessors);
  return "kept";
}

/** The row says "guarded" only after the helper has said so, and until the helper is released. */
async function renewGuard(services: Services, { othersCount, isGuarded }: Renewal, untilMs: number): Promise<void> {
  if (othersCount === 0 && !services.isGuarded) return;
  const isArmed = othersCount > 0 && (await arm(services, untilMs));
  if (isArmed !== isGuarded) await sayGuarded(services.worker, isArmed);
  if (!isArmed) void services.spawner.guard(null).catch(() => {});
  services.isGuarded = isArmed;
}

async function arm({ spawner, worker, held, loose }: Services, untilMs: number): Promise<boolean> {
  const sessions = [...held.values(), ...loose.values()].map(({ plan, directory, identity }) => ({
    sessionId: plan.sessionId,
    directory,
    identity,
  }));
  try {
    await within(marginMs, spawner.guard({ untilMs, mandate: mandateOf(worker.id), sessions }));
    return true;
  } catch (thrown) {
    logger.warn({ err: thrown }, "sessions are not guarded: other hosts wait longer for a lost one");
    return false;
  }
}

/** A helper that does not answer guards nobody. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error("The spawner helper does not answer.");
  });
  late.catch(() => {});
  await Promise.race([work, late]).finally(() => over.abort());
}

/** The helpers of orchestrators whose sessions are in our hands, and guarded where they have to be, may go. */
async function dismissPredecessors({ takenOver }: Services, workerIds: readonly string[]): Promise<void> {
  for (const workerId of workerIds) {
    await rm(mandateOf(workerId), { force: true });
    takenOver.delete(workerId);
  }
}

const mandateOf = (workerId: string): string => join(home.guards, workerId);
