import { logger } from "@/lib/log.ts";
import { collect } from "../sandbox/collect-work.ts";
import { publish } from "../sandbox/publish-work.ts";
import { sessionPaths } from "../sandbox/session-directory.ts";
import type { HeldSession } from "./held-session.ts";
import type { Services } from "./services.ts";
import type { Ending } from "./verdict.ts";

/** What became of a session's work: the commit that holds it, or why it could not be kept. */
export type Kept = { resultCommit?: string } | { lost: string };

/** Commits what the session left in its clone and publishes it on the attempt's branch, whatever the end was. */
export async function keepWork(services: Services, session: HeldSession): Promise<Kept> {
  if (session.startCommit === null) return {};
  try {
    const resultCommit = await publishWork(services, session, session.startCommit);
    return resultCommit === null ? {} : { resultCommit };
  } catch (thrown) {
    logger.warn({ err: thrown, session: session.plan.sessionId }, "the work of a session could not be kept");
    return { lost: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Work that cannot be kept fails a session that would have succeeded; otherwise its end stays what it was. */
export function withWork(ending: Ending, kept: Kept): Ending {
  if (!("lost" in kept)) return { ...ending, ...kept };
  const succeeded = ending.kind === "exited" && ending.exitCode === 0;
  return succeeded ? { kind: "failed", reason: "COMMIT_FAILED", message: kept.lost } : ending;
}

async function publishWork(
  services: Services,
  { plan, directory, gitDir }: HeldSession,
  startCommit: string,
): Promise<string | null> {
  if (gitDir === null) return null;
  const { work } = sessionPaths(directory);
  const { commit } = await collect(services.spawner, {
    directory: work,
    gitDir,
    branch: plan.branch,
    startCommit,
    message: `${plan.key}: ${plan.title}\n\nAttempt ${plan.attempt}, carried out by Runboard.\n`,
    author: { name: "Runboard", email: "runboard@localhost" },
  });
  if (commit === null) return null;
  await publish(services.spawner, { gitDir, directory: work, branch: plan.branch, commit, expected: null });
  return commit;
}
