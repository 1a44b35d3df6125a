import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromSource } from "../../from-source.ts";
import type { ProcessIdentity } from "../../process-identity.ts";
import {
  type Guard,
  type HelperReply,
  type HelperRequest,
  LaunchError,
  type LaunchRequest,
  type ProgramRequest,
  type ProgramResult,
} from "./spawner-protocol.ts";

export interface Spawner {
  /** Runs a program to its end. Rejects when it cannot be started, when aborted, and when the helper dies meanwhile. */
  run(program: ProgramRequest, signal?: AbortSignal): Promise<ProgramResult>;
  /** Starts a session, detached: it outlives helper and orchestrator. Rejects with LaunchError, or when the helper dies. */
  launch(request: LaunchRequest): Promise<ProcessIdentity>;
  /** Told at once when a session's wrapper ends; not for sessions which an earlier helper started (poll those). */
  onExit(listener: (exit: { sessionId: string }) => void): void;
  /**
   * Sessions live until the moment named and no longer, whatever happens to this process; null: as long as they like.
   * Resolves when the helper has it; a replaced helper gets it first of all.
   */
  guard(guard: Guard | null): Promise<void>;
  /** The helper's pid, for the process table of the status page and for tests; null while it is being replaced. */
  helperPid(): number | null;
  close(): Promise<void>;
}

/** Who the helper and all it starts run as, and from which file that user can read; for tests. */
export interface HelperUser {
  uid?: number;
  gid?: number;
  file?: string;
}

/** The helper died with the call under way: whether it took effect is unknown, so ask disk and /proc. */
export class SpawnerLostError extends Error {
  override readonly name = "SpawnerLostError";
}

type Reply = ProgramResult | ProcessIdentity | undefined;

interface Pending {
  resolve(value: Reply): void;
  reject(error: Error): void;
}

type Call =
  | { kind: "run"; program: ProgramRequest }
  | { kind: "launch"; launch: LaunchRequest }
  | { kind: "guard"; guard: Guard | null };

/** A helper that dies sooner than this after its start is replaced only after a pause. */
const YOUNG_MS = 1_000;
const PAUSE_MS = 200;

/** Forks the helper and resolves when it answers. A helper that dies is replaced; pending calls reject. */
export async function startSpawner(as: HelperUser = {}): Promise<Spawner> {
  const pending = new Map<number, Pending>();
  const listeners: ((exit: { sessionId: string }) => void)[] = [];
  let lastId = 0;
  let isClosing = false;
  let livePid: number | null = null;
  let armed: Guard | null = null;
  let current = start();
  await current;

  function start(): Promise<ChildProcess> {
    const bornAtMs = performance.now();
    const child = forkHelper(as);
    livePid = child.pid ?? null;
    const ready = new Promise<ChildProcess>((resolve, reject) => {
      child.once("message", () => {
        if (armed !== null) child.send({ kind: "guard", id: 0, guard: armed } satisfies HelperRequest, () => {});
        resolve(child);
      });
      child.once("exit", () => reject(new SpawnerLostError("The spawner helper ended before it was ready.")));
    });
    // Whoever calls meanwhile awaits it; without a caller nobody has to know.
    ready.catch(() => {});
    child.on("message", (reply: HelperReply) => receive(reply));
    child.on("exit", () => replace(performance.now() - bornAtMs));
    child.on("error", () => {});
    return ready;
  }

  function replace(ageMs: number): void {
    livePid = null;
    const lost = [...pending.values()];
    pending.clear();
    for (const call of lost) call.reject(new SpawnerLostError("The spawner helper ended."));
    if (isClosing) return;
    const pauseMs = ageMs < YOUNG_MS ? PAUSE_MS : 0;
    current = new Promise((resolve, reject) => {
      setTimeout(() => (isClosing ? reject(new SpawnerLostError("Closed.")) : start().then(resolve, reject)), pauseMs);
    });
    current.catch(() => {});
  }

  function receive(reply: HelperReply): void {
    if (reply.kind === "ready") return;
    if (reply.kind === "exit") {
      for (const listener of listeners) listener({ sessionId: reply.sessionId });
      return;
    }
    const call = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.kind === "ran") call?.resolve(reply.result);
    else if (reply.kind === "launched") call?.resolve(reply.identity);
    else if (reply.kind === "guarded") call?.resolve(undefined);
    else call?.reject(new LaunchError(reply.code, reply.message));
  }

  async function ask(call: Call, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    const child = await current;
    if (isClosing) throw new SpawnerLostError("The spawner helper was let go.");
    const id = ++lastId;
    const abort = () => child.connected && child.send({ kind: "abort", id } satisfies HelperRequest, () => {});
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        child.send({ ...call, id } satisfies HelperRequest, (error) => {
          // Never delivered: the helper has just died and its replacement may be asked without doing anything twice.
          if (error && pending.delete(id)) ended(child).then(() => ask(call, signal).then(resolve, reject));
        });
      });
    } finally {
      signal?.removeEventListener("abort", abort);
      signal?.throwIfAborted();
    }
  }

  return {
    run: async (program, signal) => (await ask({ kind: "run", program }, signal)) as ProgramResult,
    launch: async (launch) => (await ask({ kind: "launch", launch })) as ProcessIdentity,
    guard: async (guard) => {
      armed = guard;
      await ask({ kind: "guard", guard });
    },
    onExit: (listener) => listeners.push(listener),
    helperPid: () => livePid,
    close: async () => {
      isClosing = true;
      const child = await current.catch(() => null);
      if (child?.connected) child.disconnect();
      // A guard outlives us by design.
      if (armed !== null) child?.unref();
      else if (child) await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once("exit", resolve));
}

/** No environment at all: what the orchestrator knows (its database, its token) must not be readable in the helper's environment. */
function forkHelper({ uid, gid, file: given }: HelperUser): ChildProcess {
  return fork(given ?? helperProgram(), [], {
    ...(uid === undefined ? {} : { uid, gid }),
    execArgv: ["--max-old-space-size=128"],
    env: {} as NodeJS.ProcessEnv,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** Bundled, the helper lies beside the orchestrator (or under sandbox/). */
function helperProgram(): string {
  for (const name of [
    "./spawner-child.js",
    "./sandbox/spawner/spawner-child.js",
    "./server/sandbox/spawner/spawner-child.js",
  ]) {
    const file = fileURLToPath(new URL(name, import.meta.url));
    if (existsSync(file)) return file;
  }
  return fromSource(new URL("./spawner-child.ts", import.meta.url));
}
