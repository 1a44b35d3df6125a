import { env } from "@/lib/env.ts";
import type { SessionReason } from "@/lib/session/machine.ts";
import { sessionPaths, writeStartCommit } from "../../sandbox/session-directory.ts";
import { SpawnerLostError } from "../../sandbox/spawner/spawner.ts";
import { LaunchError } from "../../sandbox/spawner/spawner-protocol.ts";
import { prepare, WorkingCopyError } from "../../sandbox/working-copy/working-copy.ts";
import type { Services } from "../services.ts";
import type { Dispatch } from "../turns.ts";
import { readyProgram } from "./executor.ts";
import type { HeldSession } from "./held-session.ts";
import { AgentNotFoundError, InvalidSpecError, type Program, UnsupportedTypeError } from "./program.ts";

/**
 * Makes the session's clone and starts its program in it, each only while the lease is held and the session is ours. Throws
 * what `startReason` can name.
 */
export async function launch(services: Services, session: HeldSession, dispatch: Dispatch): Promise<void> {
  const { claim } = dispatch;
  session.sandbox = services.sandboxes.choose(claim.settings.sandbox ?? "auto");
  session.sandbox.announce();
  const makeProgram = await readyProgram(session, claim);
  await mayGoOn(services, session);
  session.gitDir = await services.mirrors.locate(claim);
  await makeClone(services, session, claim);
  await mayGoOn(services, session);
  // Before the start: where its answer is lost (the helper died) the command runs all the same, and writes.
  services.shipper.follow(claim.sessionId, sessionPaths(session.directory).output, 0);
  await startProgram(session, dispatch, await makeProgram());
}

async function mayGoOn({ lease }: Services, { superseded }: HeldSession): Promise<void> {
  await lease.held();
  if (superseded.signal.aborted) throw new Error("The session was ended before it was started.");
}

/** What it starts from is written beside the clone at once: who adopts the session tells by it what the session did. */
async function makeClone({ spawner }: Services, session: HeldSession, claim: Dispatch["claim"]): Promise<void> {
  const { work } = sessionPaths(session.directory);
  const { startCommit } = await prepare(spawner, {
    gitDir: session.gitDir!,
    baseBranch: claim.baseBranch,
    mergeCommits: claim.dependencyCommits,
    branch: claim.branch,
    directory: work,
  });
  writeStartCommit(session.directory, startCommit);
  session.startCommit = startCommit;
}

async function startProgram(session: HeldSession, dispatch: Dispatch, program: Program): Promise<void> {
  const { network = "none" } = dispatch.claim.settings;
  const sandbox = session.sandbox!;
  session.provider = sandbox.name;
  const { identity, means } = await sandbox.launch({
    sessionId: dispatch.claim.sessionId,
    directory: session.directory,
    ...program,
    network,
    runboardEnvironment: sandboxVariables(dispatch),
    limits: { cpus: dispatch.claim.cpus, memoryBytes: dispatch.claim.memoryBytes },
  });
  session.identity = identity;
  session.means = means;
  session.startedAtMs = performance.now();
}

/** What a session may know about itself, and the one token that speaks for it. */
function sandboxVariables({ claim, token }: Dispatch): Record<string, string> {
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
  LEASE_ENDED: "NEVER_LAUNCHED",
  SANDBOX_UNAVAILABLE: "SANDBOX_UNAVAILABLE",
};
const copyReasons: Partial<Record<WorkingCopyError["code"], SessionReason>> = {
  CLONE_MISSING: "CLONE_MISSING",
  REPOSITORY_MISSING: "REPOSITORY",
  BRANCH_NOT_FOUND: "REPOSITORY",
  COMMIT_NOT_FOUND: "REPOSITORY",
  MERGE_CONFLICT: "MERGE_CONFLICT",
};

export function startReason(thrown: unknown): SessionReason {
  if (thrown instanceof UnsupportedTypeError) return "UNSUPPORTED_TYPE";
  if (thrown instanceof InvalidSpecError) return "INVALID_SPEC";
  if (thrown instanceof AgentNotFoundError) return "AGENT_NOT_FOUND";
  if (thrown instanceof SpawnerLostError) return "NEVER_LAUNCHED";
  if (thrown instanceof LaunchError) return launchReasons[thrown.code] ?? "START_FAILED";
  return cloneReason(thrown) ?? "START_FAILED";
}

/** What is wrong with clone, repository or disk; null: something else. */
export function cloneReason(thrown: unknown): SessionReason | null {
  if (/\bENOSPC\b|No space left on device|\bEDQUOT\b|Disk quota exceeded/i.test(String(thrown))) return "DISK_FULL";
  return thrown instanceof WorkingCopyError ? (copyReasons[thrown.code] ?? null) : null;
}
