import { env, home } from "@/lib/env.ts";
import { type Child, mapped, startChild, stopChild } from "./child.ts";
import { databaseAddress } from "./database/address.ts";
import type { EmbeddedDatabase } from "./database/embedded.ts";
import { hostId, ownerToken, prepareHome } from "./home.ts";
import { keepRunning } from "./keep-running.ts";
import { type Lock, takeLock } from "./lock.ts";
import { startAnew } from "./supervised.ts";

export interface Plan {
  /** The files to fork. */
  web: string;
  orchestrator: string;
  log: (line: string) => void;
  /** Asks for an orderly end. */
  stopping: AbortSignal;
  /** Ends it now. */
  forced: AbortSignal;
  /** In development: calls back whenever the orchestrator's code has changed. */
  onChange?: (listener: () => void) => void;
}

/**
 * One Runboard: lock → database → migrations → web and orchestrator → wait → all of it back in reverse. Web and orchestrator
 * load while the database comes up, and do nothing before they are told that it is.
 * Returns the exit code. Before the first "ready" any failure ends everything; after it, what ends is started again.
 */
export async function supervise(plan: Plan): Promise<number> {
  const run: Run = {
    plan,
    over: new AbortController(),
    children: new Map(),
    sessions: 0,
    databaseReady: Promise.resolve(),
    databaseLoop: Promise.resolve(),
  };
  plan.stopping.addEventListener("abort", () => run.over.abort(), { once: true });
  try {
    await start(run);
    await aborted(run.over.signal);
    return 0;
  } catch (error) {
    if (plan.stopping.aborted) return 0;
    plan.log(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    run.over.abort();
    await stop(run);
  }
}

interface Run {
  plan: Plan;
  /** Aborts when nothing shall be started again. */
  over: AbortController;
  lock?: Lock;
  database?: EmbeddedDatabase;
  children: Map<"web" | "orchestrator", Child>;
  sessions: number;
  /** Settles when the database is up and migrated, or cannot be. */
  databaseReady: Promise<void>;
  /** Ends when nothing brings the database up again. */
  databaseLoop: Promise<void>;
}

async function start(run: Run): Promise<void> {
  const { log } = run.plan;
  prepareHome();
  run.lock = takeLock(home.lock);
  hostId();
  const token = ownerToken();
  const url = env.DATABASE_URL || databaseAddress(home.postgres);
  run.databaseReady = bringUpDatabase(run, url);
  const environment = {
    ...process.env,
    NODE_ENV: env.NODE_ENV,
    DATABASE_URL: url,
    RUNBOARD_TOKEN: token,
    RUNBOARD_HOME: env.RUNBOARD_HOME,
  };
  const web = startKept(run, "web", environment);
  const children = Promise.all([web.ready, orchestratorReady(run, environment)]);
  // Without a database nobody asks what became of them.
  children.catch(() => {});
  await run.databaseReady;
  run.over.signal.throwIfAborted();
  log("Starting…");
  const [ready] = await Promise.race([children, rejectOn(run.over.signal)]);
  for (const [name, child] of run.children) void keepChild(run, name, child, environment);
  run.plan.onChange?.(() => run.children.get("orchestrator")?.restart());
  log(`Runboard is ready: ${ready.url ?? `http://${env.HOST}:${env.PORT}`}`);
}

const startsAtMost = 5;

/** On a machine that is too busy, or that slept, a lease may be lost before it was ever held. */
async function orchestratorReady(run: Run, environment: NodeJS.ProcessEnv): Promise<void> {
  for (let starts = 1; ; starts++) {
    const child = startKept(run, "orchestrator", environment);
    try {
      await child.ready;
      return;
    } catch (thrown) {
      if (starts === startsAtMost || (await child.ended) !== `exit code ${startAnew}` || run.over.signal.aborted)
        throw thrown;
      run.plan.log("The orchestrator lost its lease while it came up. Starting it again…");
    }
  }
}

async function bringUpDatabase(run: Run, url: string): Promise<void> {
  // What it takes is loaded once the others have been started.
  const { migrate } = await import("./database/migrate.ts");
  if (env.DATABASE_URL === "") await startDatabase(run);
  await migrate(url, { log: run.plan.log });
}

async function startDatabase(run: Run): Promise<void> {
  const { log } = run.plan;
  log("Starting the database…");
  const { startEmbedded } = await import("./database/embedded.ts");
  const open = () => startEmbedded({ directory: home.postgres, log, signal: run.over.signal });
  const start = async () => {
    const database = await open();
    run.database = database;
    // Asked to end while it came up.
    if (run.over.signal.aborted) await database.stop();
    const ended = database.exited.then(({ code, signal }) => (signal === null ? `exit code ${code}` : signal));
    return { ended };
  };
  const first = await start();
  // Web and orchestrator reconnect by themselves: the address stays the same.
  run.databaseLoop = keepRunning({ name: "The database", first, start, log, signal: run.over.signal });
}

const NAMES = { web: "The web process", orchestrator: "The orchestrator" };

/**
 * In the web process Next writes the stacks, and Node would only read the maps of all that Next loads: a fifth of its start. V8's
 * young generation grows by what is made at the start (orchestrator) or as a thousand boards connect (web), to halves of 16 MB that stay
 * for what lives on a tenth of them.
 */
const FLAGS = { web: ["--max-semi-space-size=8"], orchestrator: [...mapped, "--max-semi-space-size=4"] };

function startKept(run: Run, kind: "web" | "orchestrator", environment: NodeJS.ProcessEnv): Child {
  const onSessions = (running: number) => {
    run.sessions = running;
  };
  // Only the web process lets people in; what runs beside sessions knows no more than it needs.
  const own = kind === "web" ? environment : { ...environment, RUNBOARD_TOKEN: "" };
  const onDraining = (running: number) =>
    run.plan.log(
      `Waiting for ${running === 1 ? "1 running task" : `${running} running tasks`}. A second signal leaves ${running === 1 ? "it" : "them"} to the next start.`,
    );
  const child = startChild({
    ...{ name: NAMES[kind], entry: run.plan[kind], environment: own, flags: FLAGS[kind] },
    ...{ databaseReady: run.databaseReady, onSessions, onDraining },
  });
  run.children.set(kind, child);
  return child;
}

function keepChild(
  run: Run,
  kind: "web" | "orchestrator",
  first: Child,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const start = async () => startKept(run, kind, environment);
  return keepRunning({ name: NAMES[kind], first, start, log: run.plan.log, signal: run.over.signal });
}

async function stop(run: Run): Promise<void> {
  const { log, forced, stopping } = run.plan;
  const began = run.database !== undefined || run.children.size > 0;
  const graceMs = env.RUNBOARD_GRACE_MS + 2_000;
  // People look on while it drains.
  const orchestrator = run.children.get("orchestrator");
  if (env.RUNBOARD_DRAIN === "on" && orchestrator) await stopChild(orchestrator, null, forced);
  await Promise.all([...run.children.values()].map((child) => stopChild(child, graceMs, forced)));
  // Still on its way up when a child could not even be started.
  await run.databaseReady.catch(() => {});
  await run.database?.stop();
  await run.databaseLoop;
  run.lock?.release();
  if (!stopping.aborted || !began) return;
  if (run.sessions > 0)
    log(
      `${run.sessions === 1 ? "1 running task goes" : `${run.sessions} running tasks go`} on and will be picked up at the next start.`,
    );
  log(run.sessions > 0 ? "Stopped." : "Stopped. Everything Runboard started has ended.");
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function rejectOn(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw signal.reason;
}
