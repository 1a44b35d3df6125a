import { once } from "node:events";

/** The exit code of a process that asks to be started anew: nothing is wrong with how it was started. */
export const startAnew = 75;

/** What a child tells its supervisor over IPC. */
export type ChildMessage =
  /** It does its work now. The web process adds the address for people to open. */
  | { type: "ready"; url?: string }
  /** It cannot do its work, in words for the operator (a port that is in use). It exits after that. */
  | { type: "failed"; message: string }
  /** It was asked to end and waits for so many sessions. */
  | { type: "draining"; running: number }
  /** How many task sessions run now, for the farewell line. */
  | { type: "sessions"; running: number };

/** What a supervisor tells its children over IPC: the database is up and migrated. */
export type SupervisorMessage = { type: "databaseReady" };

/**
 * Resolves once the database is up and migrated, which under a supervisor it may not be yet. Whoever is asked to end meanwhile has
 * begun nothing, and ends without a word.
 */
export async function untilDatabaseReady(stopping: AbortSignal): Promise<void> {
  if (process.send === undefined) return;
  const end = () => process.exit(0);
  if (stopping.aborted) end();
  stopping.addEventListener("abort", end);
  await once(process, "message");
  stopping.removeEventListener("abort", end);
}

export function tellSupervisor(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

/** Calls back when whoever started this process is gone, also when that was before anybody could listen. */
export function onChannelGone(react: () => void): void {
  if (process.send !== undefined && !process.connected) react();
  else process.on("disconnect", react);
}

/**
 * Aborts when this process shall end: SIGTERM, or its supervisor is gone (kill -9). Under a supervisor SIGINT is
 * ignored, because a terminal sends Ctrl+C to everybody at once and the supervisor decides who ends when; alone
 * (`npm run web`) SIGINT ends it too.
 */
export function stopRequested(): AbortSignal {
  return stopSignalsOfChild().stopping;
}

/** The same, and whether somebody insists: the supervisor is gone, or, alone, a second signal came. */
export function stopSignalsOfChild(): { stopping: AbortSignal; forced: AbortSignal } {
  const stopping = new AbortController();
  const forced = new AbortController();
  const supervised = process.send !== undefined;
  const stop = () => {
    if (stopping.signal.aborted && !supervised) forced.abort();
    stopping.abort();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", supervised ? () => {} : stop);
  process.on("SIGHUP", supervised ? () => {} : stop);
  onChannelGone(() => {
    stopping.abort();
    forced.abort();
  });
  return { stopping: stopping.signal, forced: forced.signal };
}
