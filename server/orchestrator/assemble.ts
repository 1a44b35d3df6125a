import { readConfig } from "@/lib/config/config.ts";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { machineClockMs } from "../machine-clock.ts";
import type { Sandbox } from "../sandbox/port.ts";
import { createSandbox } from "../sandbox/registry.ts";
import { type Spawner, startSpawner } from "../sandbox/spawner/spawner.ts";
import { createAgentWatch } from "./agent/agent-watch.ts";
import { createDisk } from "./disk/disk.ts";
import { createKeptDirectories } from "./disk/kept-directories.ts";
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
import { createTurns, type Dispatch } from "./turns.ts";
import { registerWorker, sayPaused, sayResumed } from "./worker.ts";

interface Parts {
  /** Where sessions run; as processes of this machine when left out. */
  provide?: (spawner: Spawner) => Sandbox;
  /** Carries out what was claimed, to its end; the runner when left out. */
  run?: (services: Services, dispatch: Dispatch) => Promise<void>;
}

const processes = (spawner: Spawner): Sandbox => createSandbox("process", { spawner, path: env.PATH });

/** One orchestrator with everything it needs, registered and with a lease; nothing happens before it is scheduled. */
export async function assemble({ provide = processes, run = runSession }: Parts = {}): Promise<Services> {
  const spawner = await startSpawner();
  const leaseUntilMs = machineClockMs() + env.RUNBOARD_LEASE_MS;
  const worker = await registerWorker();
  const sandbox = provide(spawner);
  sandbox.onExit(onSessionExit);
  logger.info({ means: await sandbox.means() }, "sessions are held by these means");
  const services: Services = {
    worker,
    lease: createLease(leaseUntilMs),
    clock: createClockWatch(),
    isGuarded: false,
    spawner,
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
    config: await readConfig(db()),
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
