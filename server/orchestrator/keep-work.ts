import { logger } from "@/lib/log.ts";
import { collect } from "../sandbox/collect-work.ts";
import { publish } from "../sandbox/publish-work.ts";
import { sessionPaths } from "../sandbox/session-directory.ts";
import type { HeldSession } from "./held-session.ts";
import type { Services } from "./services.ts";
import type { Ending } from "./verdict.ts";

/** Commits what the session left in its clone and publishes it on the attempt's branch, whatever the end was. */
export async function keepWork(
  services: Services,
  session: HeldSession,
  ending: Ending | "superseded",
): Promise<Ending | "superseded"> {
  if (session.startCommit === null || (ending !== "superseded" && ending.kind === "failed")) return ending;
  try {
    const resultCommit = await publishWork(services, session, session.startCommit);
    return resultCommit === null || ending === "superseded" ? ending : { ...ending, resultCommit };
  } catch (thrown) {
    logger.warn({ err: thrown, session: session.plan.sessionId }, "the work of a session could not be kept");
    if (ending === "superseded" || ending.kind !== "exited" || ending.exitCode !== 0) return ending;
    return {
      kind: "failed",
      reason: "COMMIT_FAILED",
      message: thrown instanceof Error ? thrown.message : String(thrown),
    };
  }
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
