import { setTimeout as sleep } from "node:timers/promises";
import { tellSupervisor } from "../supervised.ts";
import type { Services } from "./services.ts";
import { sayPaused } from "./worker.ts";

const lookMs = 200;

/** Waits until no session runs here any more, or until somebody insists. Claiming has stopped; readiness says so meanwhile. */
export async function drain(services: Services, forced: AbortSignal): Promise<void> {
  if (services.held.size > 0) await sayPaused(services.worker, "STOPPING").catch(() => {});
  let told = 0;
  while (services.held.size > 0 && !forced.aborted) {
    if (services.held.size !== told) tellSupervisor({ type: "draining", running: services.held.size });
    told = services.held.size;
    await sleep(lookMs);
  }
}
