import { env } from "@/lib/env.ts";
import type { SessionReason } from "@/lib/session/machine.ts";
import { sessionPaths } from "../sandbox/session-directory.ts";
import { SpawnerLostError } from "../sandbox/spawner.ts";
import { LaunchError } from "../sandbox/spawner-protocol.ts";
import { prepare, WorkingCopyError } from "../sandbox/working-copy.ts";
import { InvalidSpecError, programOf, UnsupportedTypeError } from "./executor.ts";
import type { HeldSession } from "./held-session.ts";
import type { Services } from "./services.ts";
import type { Dispatch } from "./turns.ts";

/** Makes the session's clone and starts its program in it. Throws what `startReason` can name. */
export async function launch(services: Services, session: HeldSession, { claim, token }: Dispatch): Promise<void> {
  const program = programOf(claim);
  const gitDir = await services.mirrors.locate(claim);
  session.gitDir = gitDir;
  const { work, output } = sessionPaths(session.directory);
  const { startCommit } = await prepare(services.spawner, {
    gitDir,
    baseBranch: claim.baseBranch,
    mergeCommits: claim.dependencyCommits,
    branch: claim.branch,
    directory: work,
  });
  session.startCommit = startCommit;
  session.identity = await services.sandbox.launch({
    sessionId: claim.sessionId,
    directory: session.directory,
    ...program,
    runboardEnvironment: sandboxVariables(claim, token),
  });
  session.startedAtMs = performance.now();
  services.shipper.follow(claim.sessionId, output, 0);
}

/** What a session may know about itself, and the one token that speaks for it. */
function sandboxVariables(claim: Dispatch["claim"], token: string): Record<string, string> {
  return {
    RUNBOARD_URL: `http://127.0.0.1:${env.PORT}`,
    RUNBOARD_SANDBOX_ID: claim.sandboxId,
    RUNBOARD_SANDBOX_TOKEN: token,
    RUNBOARD_TASK_ID: claim.taskId,
    RUNBOARD_TASK_KEY: claim.key,
    RUNBOARD_ATTEMPT: String(claim.attempt),
    RUNBOARD_BRANCH: claim.branch,
  };
}

const launchReasons: Partial<Record<LaunchError["code"], SessionReason>> = {
  COMMAND_NOT_FOUND: "COMMAND_NOT_FOUND",
  WORKING_DIRECTORY_MISSING: "WORKING_DIRECTORY",
  WORKING_DIRECTORY_OUTSIDE: "WORKING_DIRECTORY",
  ENVIRONMENT_NOT_ALLOWED: "INVALID_SPEC",
};
const copyReasons: Partial<Record<WorkingCopyError["code"], SessionReason>> = {
  REPOSITORY_MISSING: "REPOSITORY",
  BRANCH_NOT_FOUND: "REPOSITORY",
  COMMIT_NOT_FOUND: "REPOSITORY",
  MERGE_CONFLICT: "MERGE_CONFLICT",
};

export function startReason(thrown: unknown): SessionReason {
  if (thrown instanceof UnsupportedTypeError) return "UNSUPPORTED_TYPE";
  if (thrown instanceof InvalidSpecError) return "INVALID_SPEC";
  if (thrown instanceof SpawnerLostError) return "NEVER_LAUNCHED";
  if (thrown instanceof LaunchError) return launchReasons[thrown.code] ?? "START_FAILED";
  if (thrown instanceof WorkingCopyError) return copyReasons[thrown.code] ?? "START_FAILED";
  return "START_FAILED";
}
