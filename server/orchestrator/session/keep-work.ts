import { logger } from "@/lib/log.ts";
import type { SessionReason } from "@/lib/session/machine.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { SpawnerLostError } from "../../sandbox/spawner/spawner.ts";
import { collect } from "../../sandbox/working-copy/collect-work.ts";
import { publish } from "../../sandbox/working-copy/publish-work.ts";
import type { Services } from "../services.ts";
import type { HeldSession } from "./held-session.ts";
import { cloneReason } from "./launch.ts";
import { type Ending, isSuccess } from "./verdict.ts";

/** What became of a session's work: the commit that holds it, or why it could not be kept. */
export type Kept = { resultCommit?: string } | { lost: string; reason: SessionReason };

/**
 * Commits what the session left in its clone and publishes it on the attempt's branch, whatever the end was. Throws SpawnerLostError: the
 * helper died or was let go, and the work is there as before, for whoever takes the session up again.
 */
export async function keepWork(services: Services, session: HeldSession): Promise<Kept> {
  const { gitDir, startCommit } = session;
  if (startCommit === null || gitDir === null) return {};
  try {
    const resultCommit = await collectAndPublish(services, session, { gitDir, startCommit });
    return resultCommit === null ? {} : { resultCommit };
  } catch (thrown) {
    if (thrown instanceof SpawnerLostError) throw thrown;
    const lost = thrown instanceof Error ? thrown.message : String(thrown);
    logger.warn(
      { reason: lost, session: session.plan.sessionId, gitDir, directory: session.directory },
      "the work of a session could not be kept",
    );
    return { lost, reason: cloneReason(thrown) ?? "COMMIT_FAILED" };
  }
}

/** Work that cannot be kept fails a session that would have succeeded; otherwise its end stays what it was. */
export function withWork(ending: Ending, kept: Kept): Ending {
  if (!("lost" in kept)) return { ...ending, ...kept };
  return isSuccess(ending) ? { kind: "failed", reason: kept.reason, message: kept.lost } : ending;
}

async function collectAndPublish(
  services: Services,
  session: HeldSession,
  { gitDir, startCommit }: { gitDir: string; startCommit: string },
): Promise<string | null> {
  const commit = await collectWork(services, session, { gitDir, startCommit });
  if (commit === null) return null;
  await services.lease.held();
  await publishWork(services, session, { gitDir, commit });
  return commit;
}

async function collectWork(
  { spawner }: Services,
  { plan, directory }: HeldSession,
  from: { gitDir: string; startCommit: string },
): Promise<string | null> {
  const { commit } = await collect(spawner, {
    ...from,
    directory: sessionPaths(directory).work,
    branch: plan.branch,
    ...(plan.diskBytes === null ? {} : { maxBytes: plan.diskBytes }),
    message: `${plan.key}: ${plan.title}\n\nAttempt ${plan.attempt}, carried out by Runboard.\n`,
    author: { name: "Runboard", email: "runboard@localhost" },
  });
  return commit;
}

/** An attempt has a branch of its own, so one that was superseded can overwrite nobody's work. */
async function publishWork(
  { spawner }: Services,
  { plan, directory }: HeldSession,
  what: { gitDir: string; commit: string },
): Promise<void> {
  await publish(spawner, {
    ...what,
    directory: sessionPaths(directory).work,
    branch: plan.branch,
    expected: null,
    baseBranch: plan.baseBranch,
    mergeCommits: plan.dependencyCommits,
  });
}
