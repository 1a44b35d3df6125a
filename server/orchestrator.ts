import "./lean.ts";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { type RunGit, seedDemo } from "@/prisma/seed.ts";
import { gitOk } from "./git.ts";
import { assemble } from "./orchestrator/assemble.ts";
import { drain } from "./orchestrator/drain.ts";
import { startRenewing } from "./orchestrator/lease/renewing.ts";
import { abandonSessions } from "./orchestrator/recovery/abandon.ts";
import { reconcile } from "./orchestrator/recovery/reconcile.ts";
import { startScheduler } from "./orchestrator/scheduler.ts";
import type { Services } from "./orchestrator/services.ts";
import { startTerminalServer } from "./orchestrator/terminal/terminal-server.ts";
import { signOff } from "./orchestrator/worker.ts";
import { IDENTITY } from "./sandbox/working-copy/working-copy.ts";
import { startAnew, stopSignalsOfChild, tellSupervisor, untilDatabaseReady } from "./supervised.ts";

// The sidecar: claims tasks, runs their sessions, brings results home. Any number of them may share one database.

const { stopping, forced } = stopSignalsOfChild();

try {
  await untilDatabaseReady(stopping);
  const services = await assemble();
  const renewing = startRenewing(services, { onGivenUp: () => giveUp(services), onHung });
  await reconcile(services);
  await renewing.now();
  if (env.RUNBOARD_DEMO === "on") await seedDemo(gitOf(services));
  const terminals = await startTerminalServer(services);
  const scheduler = startScheduler(services, renewing);
  tellSupervisor({ type: "ready" });
  await new Promise((resolve) => (stopping.aborted ? resolve(null) : stopping.addEventListener("abort", resolve)));
  services.turns.stopClaiming();
  if (env.RUNBOARD_DRAIN === "on") await drain(services, forced);
  await scheduler.stop();
  await Promise.race([renewing.stop(), sleep(env.RUNBOARD_GRACE_MS)]);
  await terminals.close();
  await leave(services);
  process.exit(0);
} catch (thrown) {
  logger.error({ err: thrown }, "the orchestrator cannot start");
  tellSupervisor({ type: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) });
  process.exit(1);
}

/** Plain git for the demo's own repository. */
function gitOf({ spawner }: Services): RunGit {
  return (args, directory) =>
    gitOk(spawner, args, { gitDir: join(directory, ".git"), workTree: directory, environment: IDENTITY });
}

/** Its lease ran out and its sessions were given to others: a fresh process with a fresh identity takes its place. */
async function giveUp(services: Services): Promise<void> {
  logger.warn("this orchestrator was given up for dead; it ends what it ran and starts anew");
  await abandonSessions(services).catch((thrown) => logger.error({ err: thrown }, "sessions may live on"));
  process.exit(startAnew);
}

/** A connection can hang for ever without failing. A fresh process opens new ones and adopts the sessions. */
function onHung(): void {
  logger.error("the lease could not be renewed for a long time; the orchestrator starts anew");
  process.exit(startAnew);
}

/** Nothing new is claimed; results under way are brought home; running sessions live on for the next orchestrator. */
async function leave(services: Services): Promise<void> {
  await Promise.race([services.turns.idle(), sleep(env.RUNBOARD_GRACE_MS)]);
  tellSupervisor({ type: "sessions", running: services.held.size });
  await signOff(services.worker).catch(() => {});
  await services.sampler.close();
  await services.agents.close();
  await services.shipper.close();
  // With sessions the guard stays behind: a successor that comes in time takes them over.
  if (services.held.size === 0) await services.spawner.guard(null).catch(() => {});
  await services.spawner.close();
}
