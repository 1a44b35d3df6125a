import { readConfig } from "@/lib/config/config.ts";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { rowOf } from "@/lib/session/retry.ts";
import type { Report } from "@/lib/session/settle.ts";
import { countWaits } from "@/lib/session/waits.ts";
import { readAgentOutcome } from "../../agent/outcome.ts";
import type { Outcome } from "../../sandbox/port.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { SpawnerLostError } from "../../sandbox/spawner/spawner.ts";
import { LaunchError } from "../../sandbox/spawner/spawner-protocol.ts";
import { agentEnding, demandChanges } from "../agent/agent-ending.ts";
import { keepTalk } from "../agent/conversations.ts";
import { nameByDisk } from "../disk/name-by-disk.ts";
import { lastLineOf } from "../output/last-line.ts";
import type { Services } from "../services.ts";
import { recordTerminal } from "../terminal/terminal-socket.ts";
import type { Dispatch } from "../turns.ts";
import { createCloneWatch } from "./clone-watch.ts";
import { type HeldSession, holdSession } from "./held-session.ts";
import { type Kept, keepWork, withWork } from "./keep-work.ts";
import { launch, startReason } from "./launch.ts";
import { memoryHitWords } from "./limits.ts";
import { tidy } from "./tidy.ts";
import { actorOf, type Ending, isSuccess, judge, type SessionFacts } from "./verdict.ts";

/**
 * One session from claim to end: clone → start → record → watch → end the tree → ship output → collect → publish → settle →
 * tidy. A step that fails becomes an ending like any other; what throws nevertheless, such as the death of the helper, lets the session go for
 * the next round to take up. Killed between any two of them, the next orchestrator of this host goes on from what rows, directory and
 * process table say (see adopt).
 */
export async function runSession(services: Services, dispatch: Dispatch): Promise<void> {
  const session = holdSession(dispatch.claim, dispatch.claim.spec);
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
  const recorded = recordStart(services, session);
  // It may end hours later: until then nobody else listens to what went wrong here.
  recorded.catch(() => {});
  const ending = await watch(services, session);
  await recorded;
  await finish(services, session, ending);
}

/** Boot, pid and start time, so that whoever comes after us knows the process again. */
async function recordStart({ turns, worker }: Services, session: HeldSession): Promise<void> {
  const { plan, identity, means, provider, startCommit } = session;
  if (identity === null) return;
  await recordTerminal(session);
  const isLive = await turns.started({
    sessionId: plan.sessionId,
    sandboxId: plan.sandboxId,
    workerId: worker.id,
    ...identity,
    ...(means ? { means } : {}),
    ...(provider ? { provider } : {}),
    ...(startCommit ? { baseCommit: startCommit } : {}),
    actor: actorOf(plan),
  });
  if (!isLive) session.superseded.abort();
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
      services.sampler.forget(session);
      superseded.signal.removeEventListener("abort", onSuperseded);
      resolve(ending);
    };
    const cloneEnding = createCloneWatch(directory);
    const look = async () => {
      const outcome = await services.sandbox.look(directory, session.identity);
      const ending = outcome.kind === "running" ? cloneEnding() : await endingOf(services, outcome, session);
      if (ending !== null) done(ending);
    };
    const tryToLook = () => {
      look().catch((thrown) => logger.debug({ err: thrown, session: plan.sessionId }, "will be looked at again"));
    };
    const onSuperseded = () => done("superseded");
    const poll = setInterval(tryToLook, lookMs);
    const limit =
      plan.sessionType === "interactive"
        ? undefined // A person sits in front of it, and ends it.
        : setTimeout(() => done({ kind: "timedOut" }), Math.min(Math.max(leftMs, 0), timerMaxMs));
    exits.set(plan.sessionId, tryToLook);
    services.agents.follow(session, done);
    services.sampler.follow(session, (message) => done({ kind: "failed", reason: "RESOURCE_LIMIT", message }));
    superseded.signal.addEventListener("abort", onSuperseded);
    if (superseded.signal.aborted) onSuperseded();
    else tryToLook();
  });
}

/** Who wants to be told when a session's wrapper ends. */
const exits = new Map<string, () => void>();
export const onSessionExit = (sessionId: string): void => exits.get(sessionId)?.();

type Ended = Exclude<Outcome, { kind: "running" }>;

async function endingOf({ sandbox }: Services, outcome: Ended, session: HeldSession): Promise<Ending> {
  const { directory } = session;
  if (outcome.kind === "exited") {
    const { exitCode } = outcome;
    const hit = exitCode === 0 ? null : sandbox.memoryHit(directory);
    if (hit) return { kind: "failed", reason: "RESOURCE_LIMIT", message: memoryHitWords(hit, exitCode), exitCode };
    if (session.hasAgent) return agentEnding(await readAgentOutcome(directory), exitCode);
    const lastLine = exitCode === 0 ? "" : await lastLineOf(sessionPaths(directory).output);
    return { kind: "exited", exitCode, lastLine };
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
  // The ticket was taken: by a launch whose answer was lost, or to forbid one. What it holds decides.
  const isDecided = thrown instanceof LaunchError && thrown.code === "ALREADY_LAUNCHED";
  if (isDecided || (thrown instanceof SpawnerLostError && !(await services.sandbox.forbidLaunch(session.directory)))) {
    return watch(services, session);
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const { plan, gitDir, directory } = session;
  logger.warn({ reason: message, session: plan.sessionId, gitDir, directory }, "a session could not be started");
  return { kind: "failed", reason: startReason(thrown), message };
}

async function finish(services: Services, session: HeldSession, seen: Ending | "superseded"): Promise<void> {
  const isGone = await endTree(services, session, seen);
  await services.shipper.finish(session.plan.sessionId);
  await services.agents.finish(session);
  if (isGone) await keepTalk(session);
  const kept = await keepWork(services, session);
  const judged = await settleEnding(services, session, { seen, kept, isGone });
  services.held.delete(session.plan.sessionId);
  if (isGone) await tidy(services, session, judged);
}

/**
 * What takes more than it was given gets no time to take yet more. Who has just woken may find that its sessions are over time, or not its
 * own any more: nothing that runs is ended before the lease says that it is ours to end.
 */
async function endTree(
  { sandbox, lease }: Services,
  { plan, directory, identity }: HeldSession,
  seen: Ending | "superseded",
): Promise<boolean> {
  if (seen === "superseded" || seen.kind === "timedOut") await lease.held();
  const isOverLimit = seen !== "superseded" && seen.kind === "failed" && seen.reason === "RESOURCE_LIMIT";
  const graceMs = isOverLimit ? 0 : env.RUNBOARD_GRACE_MS;
  const left = await sandbox.terminate(plan.sessionId, directory, identity, graceMs);
  return left.length === 0;
}

interface Finished {
  seen: Ending | "superseded";
  kept: Kept;
  /** Nothing of its process tree is left. */
  isGone: boolean;
}

/** Answers what was taken in; null when the end was decided elsewhere. */
async function settleEnding(services: Services, session: HeldSession, finished: Finished): Promise<Report | null> {
  const { seen, kept, isGone: terminated } = finished;
  const { sandboxId, taskId } = session.plan;
  if (seen === "superseded") {
    const work = "lost" in kept ? {} : kept;
    await services.turns.settle({ sandboxId, taskId, actor: actorOf(session.plan), terminated, ...work });
    return null;
  }
  const verdict = await verdictOf(
    services,
    session,
    await nameByDisk(services, demandChanges(session, withWork(seen, kept))),
  );
  const { accepted } = await services.turns.settle({ ...verdict, workerId: services.worker.id, terminated });
  return accepted ? verdict : null;
}

/**
 * By the configuration as it is now; a success needs none. With the database away the last one known counts and a row begins anew: only
 * the delay is shorter, and the bound holds later.
 */
async function verdictOf(services: Services, session: HeldSession, ending: Ending): Promise<Report> {
  const config = isSuccess(ending) ? services.config : await readConfig(db()).catch(() => services.config);
  const row = ending.kind === "failed" ? rowOf(ending.reason) : null;
  const waits = row ? await countWaits(db(), session.plan, row).catch(() => 0) : 0;
  return judge({ ...factsOf(session), waits }, ending, config);
}

const factsOf = ({ plan, startCommit }: HeldSession): SessionFacts => ({
  ...plan,
  ...(startCommit === null ? {} : { baseCommit: startCommit }),
});
