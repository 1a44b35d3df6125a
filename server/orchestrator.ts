import "./lean.ts";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "@/lib/config/config.ts";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { type RunGit, seedDemo } from "@/prisma/seed.ts";
import { gitOk } from "./git.ts";
import { drain } from "./orchestrator/drain.ts";
import { createLogShipper } from "./orchestrator/log-shipper.ts";
import { createMirrors } from "./orchestrator/mirrors.ts";
import { letGo, reconcile, sweepDirectories } from "./orchestrator/reconcile.ts";
import { answerRepositoryChecks } from "./orchestrator/repository-checks.ts";
import { onSessionExit, runSession } from "./orchestrator/runner.ts";
import { startScheduler } from "./orchestrator/scheduler.ts";
import type { Services } from "./orchestrator/services.ts";
import { createStartMarker } from "./orchestrator/start-marker.ts";
import { createTurns } from "./orchestrator/turns.ts";
import { registerWorker, signOff } from "./orchestrator/worker.ts";
import { createSandbox } from "./sandbox/registry.ts";
import { startSpawner } from "./sandbox/spawner.ts";
import { IDENTITY } from "./sandbox/working-copy.ts";
import { stopSignalsOfChild, tellSupervisor } from "./supervised.ts";

// The sidecar: claims tasks, runs their sessions, brings results home. Any number of them may share one database.

const { stopping, forced } = stopSignalsOfChild();

try {
  const services = await assemble();
  await reconcile(services);
  await sweepDirectories(services);
  if (env.RUNBOARD_DEMO === "on") await seedDemo(gitOf(services));
  const scheduler = startScheduler(services, giveUp);
  tellSupervisor({ type: "ready" });
  await new Promise((resolve) => (stopping.aborted ? resolve(null) : stopping.addEventListener("abort", resolve)));
  services.turns.stopClaiming();
  if (env.RUNBOARD_DRAIN === "on") await drain(services, forced);
  await scheduler.stop();
  await leave(services);
  process.exit(0);
} catch (thrown) {
  logger.error({ err: thrown }, "the orchestrator cannot start");
  tellSupervisor({ type: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) });
  process.exit(1);
}

async function assemble(): Promise<Services> {
  const spawner = await startSpawner();
  const worker = await registerWorker();
  const sandbox = createSandbox("process", { spawner, path: env.PATH });
  sandbox.onExit(onSessionExit);
  const services: Services = {
    worker,
    spawner,
    sandbox,
    held: new Map(),
    shipper: createLogShipper(),
    mirrors: createMirrors(spawner),
    markStarted: createStartMarker(() => worker.id),
    config: await readConfig(db()),
    turns: createTurns({
      answer: () =>
        void answerRepositoryChecks(spawner).catch((thrown) =>
          logger.warn({ err: thrown }, "a question about a repository waits"),
        ),
      worker: () => services.worker,
      held: () => [...services.held.values()].map(({ plan }) => plan.sandboxId),
      dispatch: (dispatch) =>
        void runSession(services, dispatch).catch((thrown) => letGo(services, dispatch.claim.sessionId, thrown)),
    }),
  };
  return services;
}

/** Plain git for the demo's own repository. */
function gitOf({ spawner }: Services): RunGit {
  return (args, directory) =>
    gitOk(spawner, args, { gitDir: join(directory, ".git"), workTree: directory, environment: IDENTITY });
}

/** Its lease ran out and its sessions were given to others: a fresh process with a fresh identity takes its place. */
function giveUp(): void {
  logger.warn("this orchestrator was given up for dead; it starts anew");
  process.exit(75);
}

/** Nothing new is claimed; results under way are brought home; running sessions live on for the next orchestrator. */
async function leave(services: Services): Promise<void> {
  await Promise.race([services.turns.idle(), sleep(env.RUNBOARD_GRACE_MS)]);
  tellSupervisor({ type: "sessions", running: services.held.size });
  await signOff(services.worker).catch(() => {});
  await services.shipper.close();
  await services.spawner.close();
}
