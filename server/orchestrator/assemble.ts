import { mkdirSync } from "node:fs";
import { readConfig } from "@/lib/config/config.ts";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { callbackSocket } from "../callback-socket.ts";
import { machineClockMs } from "../machine-clock.ts";
import { findSandboxes, type Sandboxes } from "../sandbox/registry.ts";
import { type Spawner, startSpawner } from "../sandbox/spawner/spawner.ts";
import { createAgentWatch } from "./agent/agent-watch.ts";
import { createDisk } from "./disk/disk.ts";
import { createKeptDirectories } from "./disk/kept-directories.ts";
import { createDocuments } from "./documents/documents.ts";
import { createInvariant } from "./invariant.ts";
import { createLease } from "./lease/lease.ts";
import { createClockWatch } from "./lease/patience.ts";
import { createMirrors } from "./mirrors.ts";
import { createLogShipper } from "./output/log-shipper.ts";
import { letGo } from "./recovery/adopt.ts";
import { answerRepositoryChecks } from "./repository-checks.ts";
import type { Services } from "./services.ts";
import { onSessionExit, runSession } from "./session/runner.ts";
import { createUsageSampler } from "./session/usage-sampler.ts";
import { createTaskFiles } from "./task-files/task-files.ts";
import { createTurns, type Dispatch } from "./turns.ts";
import { registerWorker, sayPaused, sayResumed } from "./worker.ts";

interface Parts {
  /** Where sessions run; what this machine has when left out. */
  provide?: (spawner: Spawner) => Promise<Sandboxes> | Sandboxes;
  /** Carries out what was claimed, to its end; the runner when left out. */
  run?: (services: Services, dispatch: Dispatch) => Promise<void>;
}

/** Sessions report to the web process through a socket of their own: see web/callback-server.ts. */
const ofThisMachine = (spawner: Spawner): Promise<Sandboxes> => {
  for (const directory of [home.callback, home.confinement]) mkdirSync(directory, { recursive: true, mode: 0o700 });
  return findSandboxes({
    ...{ spawner, path: env.PATH, home: env.RUNBOARD_HOME, directory: home.confinement, only: env.RUNBOARD_SANDBOX },
    callback: { port: env.PORT, socket: callbackSocket },
  });
};

/** One orchestrator with everything it needs, registered and with a lease; nothing happens before it is scheduled. */
export async function assemble({ provide = ofThisMachine, run = runSession }: Parts = {}): Promise<Services> {
  // The database client needs as long to get going as sandboxes to be tried.
  const [{ spawner, sandboxes }, config] = await Promise.all([startSandboxes(provide), readConfig(db())]);
  const leaseUntilMs = machineClockMs() + env.RUNBOARD_LEASE_MS;
  const worker = await registerWorker(sandboxes.found);
  const sandbox = sandboxes.any;
  sandbox.onExit(onSessionExit);
  for (const { name, problem } of sandboxes.found.filter(({ isUsable }) => !isUsable))
    logger.info({ sandbox: name, problem }, "a sandbox provider cannot be used on this machine");
  sandbox.means().then(
    (means) => logger.info({ means }, "sessions are held by these means"),
    (thrown: unknown) => logger.warn({ err: thrown }, "how sessions are held is found out with the first one"),
  );
  const services: Services = {
    worker,
    lease: createLease(leaseUntilMs),
    clock: createClockWatch(),
    isGuarded: false,
    spawner,
    sandboxes,
    sandbox,
    held: new Map(),
    loose: new Map(),
    takenOver: new Map(),
    shipper: createLogShipper(() => services.config),
    sampler: createUsageSampler(sandbox),
    agents: createAgentWatch(),
    mirrors: createMirrors(spawner),
    disk: createDisk(env.RUNBOARD_HOME, { wasFullMs: env.RUNBOARD_LEASE_MS }),
    kept: createKeptDirectories(sandbox),
    taskFiles: createTaskFiles(() => services.worker.id),
    documents: createDocuments(() => services.worker.id, spawner),
    config,
    turns: createTurns({
      answer: () =>
        void answerRepositoryChecks(spawner).catch((thrown) =>
          logger.warn({ err: thrown }, "a question about a repository waits"),
        ),
      worker: () => services.worker,
      held: () => [...services.held.values()].map(({ plan }) => plan.sandboxId),
      mayAct: () => services.lease.held(),
      mayClaim: () => !services.disk.isShort,
      invariant: createInvariant(
        (state) =>
          void (state === "broken" ? sayPaused : sayResumed)(services.worker, "INVARIANT").catch((thrown: unknown) =>
            logger.warn({ err: thrown }, "readiness does not know of the invariant"),
          ),
      ),
      dispatch: (dispatch) =>
        void run(services, dispatch).catch((thrown) => letGo(services, dispatch.claim.sessionId, thrown)),
    }),
  };
  await services.disk.look(services.config.diskMinFreeBytes);
  return services;
}

async function startSandboxes(
  provide: NonNullable<Parts["provide"]>,
): Promise<{ spawner: Spawner; sandboxes: Sandboxes }> {
  const spawner = await startSpawner();
  return { spawner, sandboxes: await provide(spawner) };
}
