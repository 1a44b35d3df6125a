import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { isWaitingReason } from "@/lib/session/retry.ts";
import type { Report } from "@/lib/session/settle.ts";
import { countWaits } from "@/lib/session/waits.ts";
import type { Outcome } from "../sandbox/port.ts";
import { sessionPaths } from "../sandbox/session-directory.ts";
import { SpawnerLostError } from "../sandbox/spawner.ts";
import { type HeldSession, holdSession } from "./held-session.ts";
import { keepWork, withWork } from "./keep-work.ts";
import { launch, startReason } from "./launch.ts";
import { lastLineOf } from "./log-shipper.ts";
import type { Services } from "./services.ts";
import type { Dispatch } from "./turns.ts";
import { actorOf, type Ending, judge, type SessionFacts } from "./verdict.ts";

/**
 * One session from claim to end: prepare → launch → watch → end the tree → collect → publish → settle → tidy.
 * A step that fails becomes an ending like any other; nothing here throws.
 */
export async function runSession(services: Services, dispatch: Dispatch): Promise<void> {
  const session = holdSession(dispatch.claim);
  services.held.set(session.plan.sessionId, session);
  try {
    await launch(services, session, dispatch);
  } catch (thrown) {
    await finish(services, session, await endingOfFailedStart(services, session, thrown));
    return;
  }
  await watchToEnd(services, session);
}

/** Watches a session whose process runs, or ran, until it has ended, and brings the end home. */
export async function watchToEnd(services: Services, session: HeldSession): Promise<void> {
  const { plan, identity } = session;
  const marked =
    identity === null
      ? Promise.resolve(true)
      : services.markStarted({
          sessionId: plan.sessionId,
          sandboxId: plan.sandboxId,
          ...identity,
          ...(session.startCommit ? { baseCommit: session.startCommit } : {}),
          actor: actorOf(plan),
        });
  marked.then((isLive) => isLive || session.superseded.abort());
  const ending = await watch(services, session);
  await marked;
  await finish(services, session, ending);
}

const lookMs = 1000;
const timerMaxMs = 2 ** 31 - 1;

/** Resolves with how the session ended; looks when told so and, since hints can be lost, once a second. */
function watch(services: Services, session: HeldSession): Promise<Ending | "superseded"> {
  const { plan, directory, superseded } = session;
  const leftMs = plan.timeoutSeconds * 1000 - (performance.now() - session.startedAtMs);
  return new Promise((resolve) => {
    const done = (ending: Ending | "superseded") => {
      clearInterval(poll);
      clearTimeout(limit);
      exits.delete(plan.sessionId);
      superseded.signal.removeEventListener("abort", onSuperseded);
      resolve(ending);
    };
    const look = async () => {
      const outcome = await services.sandbox.look(directory, session.identity).catch(() => null);
      const ending = outcome === null ? null : await endingOf(outcome, directory);
      if (ending !== null) done(ending);
    };
    const onSuperseded = () => done("superseded");
    const poll = setInterval(look, lookMs);
    const limit = setTimeout(() => done({ kind: "timedOut" }), Math.min(Math.max(leftMs, 0), timerMaxMs));
    exits.set(plan.sessionId, look);
    superseded.signal.addEventListener("abort", onSuperseded);
    if (superseded.signal.aborted) onSuperseded();
    else void look();
  });
}

/** Who wants to be told when a session's wrapper ends. */
const exits = new Map<string, () => void>();
export const onSessionExit = (sessionId: string): void => exits.get(sessionId)?.();

async function endingOf(outcome: Outcome, directory: string): Promise<Ending | null> {
  if (outcome.kind === "running") return null;
  if (outcome.kind === "exited") {
    const lastLine = outcome.exitCode === 0 ? "" : await lastLineOf(sessionPaths(directory).output);
    return { kind: "exited", exitCode: outcome.exitCode, lastLine };
  }
  if (outcome.kind === "lease-ended")
    return {
      kind: "failed",
      reason: "LEASE_EXPIRED",
      message: "Its lease could not be renewed in time, so it was ended.",
    };
  if (outcome.kind === "vanished") return { kind: "failed", reason: "PROCESS_VANISHED", message: outcome.detail };
  return {
    kind: "failed",
    reason: "NEVER_LAUNCHED",
    message: "The orchestrator stopped before the command was started.",
  };
}

async function endingOfFailedStart(
  services: Services,
  session: HeldSession,
  thrown: unknown,
): Promise<Ending | "superseded"> {
  if (session.superseded.signal.aborted) return "superseded";
  if (thrown instanceof SpawnerLostError && !(await services.sandbox.forbidLaunch(session.directory))) {
    return watch(services, session);
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: "failed", reason: startReason(thrown), message };
}

async function finish(services: Services, session: HeldSession, seen: Ending | "superseded"): Promise<void> {
  const { plan, directory } = session;
  const left = await services.sandbox.terminate(plan.sessionId, directory, session.identity, env.RUNBOARD_GRACE_MS);
  await services.shipper.finish(plan.sessionId);
  const kept = await keepWork(services, session);
  const terminated = left.length === 0;
  await services.turns.settle(
    seen === "superseded"
      ? {
          sandboxId: plan.sandboxId,
          taskId: plan.taskId,
          actor: actorOf(plan),
          terminated,
          ...("lost" in kept ? {} : kept),
        }
      : { ...(await verdictOf(services, session, withWork(seen, kept))), workerId: services.worker.id, terminated },
  );
  services.held.delete(plan.sessionId);
  if (left.length === 0)
    await services.sandbox
      .remove(directory)
      .catch((thrown) => logger.warn({ err: thrown, directory }, "a session's directory stays"));
}

/** With the database away the row of waits begins anew: only the delay is shorter, and the bound holds later. */
async function verdictOf({ config }: Services, session: HeldSession, ending: Ending): Promise<Report> {
  const mayWait = ending.kind === "failed" && isWaitingReason(ending.reason);
  const waits = mayWait ? await countWaits(db(), session.plan).catch(() => 0) : 0;
  return judge({ ...factsOf(session), waits }, ending, config);
}

const factsOf = ({ plan, startCommit }: HeldSession): SessionFacts => ({
  ...plan,
  ...(startCommit === null ? {} : { baseCommit: startCommit }),
});
