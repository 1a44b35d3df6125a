import { constants, getPriority, setPriority } from "node:os";
import { onChannelGone } from "../../supervised.ts";
import { runProgram } from "./program-run.ts";
import { SessionGuard } from "./session-guard.ts";
import { launchSession } from "./session-launch.ts";
import { type HelperReply, type HelperRequest, LaunchError } from "./spawner-protocol.ts";

/**
 * The spawner helper: a small process that starts programs and sessions for the orchestrator. Forking costs as much as
 * the forking process is large and stops its event loop meanwhile; here both are small and nobody waits.
 * It ends with its channel. Sessions live on (each leads its own session); running programs are ended with it. While a
 * guard is armed it stays until that is over.
 */
// Inherited by all it starts, which gives way to the board: that a page answers matters more than when a task ends.
const belowTheBoard = constants.priority.PRIORITY_BELOW_NORMAL;
if (getPriority() < belowTheBoard) setPriority(belowTheBoard);

const running = new Map<number, AbortController>();
const guard = new SessionGuard();

function reply(message: HelperReply): void {
  // The orchestrator may be gone; "disconnect" ends us then.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

function fail(id: number, error: unknown): void {
  const code = error instanceof LaunchError ? error.code : "START_FAILED";
  reply({ kind: "failed", id, code, message: error instanceof Error ? error.message : String(error) });
}

async function run(request: HelperRequest & { kind: "run" }): Promise<void> {
  const abort = new AbortController();
  running.set(request.id, abort);
  try {
    reply({ kind: "ran", id: request.id, result: await runProgram(request.program, abort.signal) });
  } catch (error) {
    fail(request.id, error);
  } finally {
    running.delete(request.id);
  }
}

async function launch(request: HelperRequest & { kind: "launch" }): Promise<void> {
  const { sessionId, directory } = request.launch;
  try {
    if (guard.isOver) throw new LaunchError("LEASE_ENDED", "The lease ran out before the command was started.");
    guard.add({ sessionId, directory, identity: null });
    const { identity, ended } = await launchSession(request.launch);
    guard.add({ sessionId, directory, identity });
    reply({ kind: "launched", id: request.id, identity });
    ended.then(() => reply({ kind: "exit", sessionId }));
  } catch (error) {
    fail(request.id, error);
  }
}

function obey(request: HelperRequest & { kind: "guard" }): void {
  try {
    guard.obey(request.guard);
    reply({ kind: "guarded", id: request.id });
  } catch (error) {
    fail(request.id, error);
  }
}

process.on("message", (request: HelperRequest) => {
  if (request.kind === "run") void run(request);
  else if (request.kind === "launch") void launch(request);
  else if (request.kind === "guard") obey(request);
  else running.get(request.id)?.abort();
});

onChannelGone(() => {
  for (const abort of running.values()) abort.abort();
  void guard.outliveOrchestrator().then(() => process.exit(0));
});

// A Ctrl-C in the terminal reaches the whole foreground group; the orchestrator decides when we end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

reply({ kind: "ready" });
