import { type ChildProcess, fork } from "node:child_process";
import type { Running } from "./keep-running.ts";
import type { ChildMessage, SupervisorMessage } from "./supervised.ts";

export interface Child extends Running {
  process: ChildProcess;
  /** Its first word: ready (with an address), or rejected with what it said or how it ended. */
  ready: Promise<{ url?: string }>;
  /** Ends it in an orderly way so that a fresh one takes its place. */
  restart(): void;
}

interface StartChild {
  /** As it stands at the beginning of a sentence: "The web process". */
  name: string;
  entry: string;
  environment: NodeJS.ProcessEnv;
  /** Of Node, for what is built. */
  flags?: readonly string[];
  /** The child loads until then and waits; it is there already when left out. */
  databaseReady?: Promise<unknown>;
  onSessions?: (running: number) => void;
  onDraining?: (running: number) => void;
}

/** Node's flags with which stacks name lines of our sources. */
export const mapped = ["--enable-source-maps"];

export function startChild({ name, entry, environment, flags = mapped, ...options }: StartChild): Child {
  const { databaseReady = Promise.resolve(), onSessions, onDraining } = options;
  const execArgv = entry.endsWith(".ts") ? ["--import", "tsx"] : [...flags];
  const child = fork(entry, { env: environment, execArgv, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const tell = () => child.send({ type: "databaseReady" } satisfies SupervisorMessage, () => {});
  databaseReady.then(tell, () => {});
  let failure: string | undefined;
  let restarting = false;
  const ended = new Promise<string | null>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      resolve(restarting ? null : (failure ?? (signal === null ? `exit code ${code}` : signal)));
    });
  });
  const restart = () => {
    restarting = true;
    child.kill("SIGTERM");
  };
  const ready = new Promise<{ url?: string }>((resolve, reject) => {
    child.on("message", (message: ChildMessage) => {
      if (message.type === "ready") resolve({ url: message.url });
      if (message.type === "sessions") onSessions?.(message.running);
      if (message.type === "draining") onDraining?.(message.running);
      if (message.type !== "failed") return;
      failure = message.message;
      reject(new Error(message.message));
    });
    void ended.then((reason) => reject(new Error(`${name} ended before it was ready (${reason}).`)));
  });
  // Whoever cares awaits it; a restarted child that fails is told by `ended`.
  ready.catch(() => {});
  return { process: child, ended, ready, restart };
}

/** SIGTERM, then SIGKILL after the grace (null: it takes the time it needs) or as soon as `force` says so. */
export async function stopChild(child: Child, graceMs: number | null, force: AbortSignal): Promise<void> {
  const kill = () => child.process.kill("SIGKILL");
  if (force.aborted) kill();
  else child.process.kill("SIGTERM");
  const timer = graceMs === null ? undefined : setTimeout(kill, graceMs);
  force.addEventListener("abort", kill, { once: true });
  await child.ended;
  clearTimeout(timer);
  force.removeEventListener("abort", kill);
}
