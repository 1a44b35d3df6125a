import { readFile, writeFile } from "node:fs/promises";
import { isAlive, type ProcessIdentity } from "../process-identity.ts";
import {
  createGroups,
  distinct,
  groupsOf,
  planGroups,
  removeGroups,
  type SessionGroups,
} from "./cgroup/session-groups.ts";
import type { Limits, TreeMeans } from "./means.ts";
import type { Outcome, Sandbox, SandboxPlan } from "./port.ts";
import { type Equipment, probeMeans } from "./probe-means.ts";
import { createSessionDirectory, FORBIDDEN, LEASE_ENDED, sessionIdOf, sessionPaths } from "./session-directory.ts";
import { sessionEnvironment } from "./session-environment.ts";
import { resolveCommand } from "./spawner/resolve-command.ts";
import type { Spawner } from "./spawner/spawner.ts";
import { LaunchError } from "./spawner/spawner-protocol.ts";
import { resolveWorkingDirectory } from "./spawner/working-directory.ts";
import { endSession } from "./tree/end-session.ts";
import { identifyHolder, readTicket } from "./tree/session-ticket.ts";
import { UsageMeter } from "./usage.ts";
import { removeDirectory } from "./working-copy/remove-directory.ts";

interface ProcessSandboxOptions {
  /** The PATH sessions get unless their task sets another; perl is looked for there too. */
  path: string;
  /** Tracks processes by this means although a better one may be there; for tests. */
  only?: TreeMeans;
}

/**
 * Sessions as plain processes of this machine: own clone, own process tree, own environment, no confinement. The truth
 * about a session is its directory, the process table and its control groups, so any orchestrator can take one over.
 */
export function createProcessSandbox(spawner: Spawner, options: ProcessSandboxOptions): Sandbox {
  const meter = new UsageMeter();
  let probe: Promise<Equipment> | undefined;
  const equipment = () => {
    probe ??= probeMeans(spawner, options);
    // A helper that died during it is replaced: asked again, it answers.
    probe.catch(() => {
      probe = undefined;
    });
    return probe;
  };

  return {
    name: "process",
    isIsolated: false,
    means: async () => (await equipment()).means,
    async launch(plan) {
      if (sessionIdOf(plan.directory) !== plan.sessionId) throw new Error("A session's directory bears its id.");
      const { work } = await createSessionDirectory(plan.directory);
      const workingDirectory = await resolveWorkingDirectory(work, plan.workingDirectory);
      const environment = sessionEnvironment({ ...plan, path: options.path });
      const request = {
        sessionId: plan.sessionId,
        directory: plan.directory,
        workingDirectory,
        environment,
        ...driven(plan, { workingDirectory, environment }),
      };
      const { means, perl, groups } = await equip(plan, await equipment());
      try {
        return { identity: await spawner.launch({ ...request, groups: distinct(groups), perl }), means };
      } catch (error) {
        // With any other error something may run in them.
        if (error instanceof LaunchError && error.code !== "ALREADY_LAUNCHED") await removeGroups(distinct(groups));
        throw error;
      }
    },
    look: lookAtSession,
    forbidLaunch: forbidSessionLaunch,
    async terminate(sessionId, directory, identity, graceMs) {
      const known = await equipment().catch(() => null);
      const all = known && planGroups(known.bases, sessionId, { cpus: 1, memoryBytes: 1 });
      meter.forget(directory);
      return endSession({ directory, identity, graceMs, alsoGroups: all ? distinct(all) : [] });
    },
    measure: (sessions) => meter.measure(sessions),
    memoryHit: (directory) => meter.memoryHit(directory),
    onExit: (listener) => spawner.onExit(({ sessionId }) => listener(sessionId)),
    async remove(directory) {
      await removeGroups(groupsOf(directory));
      await removeDirectory(directory);
    },
  };
}

/** A driver starts the command, which is looked for beforehand: what is missing is said before anything runs. */
function driven(
  { command, args, driver }: SandboxPlan,
  place: { workingDirectory: string; environment: Record<string, string> },
) {
  if (driver === undefined) return { command, args };
  const file = resolveCommand(command, place.environment.PATH ?? "", place.workingDirectory);
  return {
    command: driver.command,
    args: [...driver.args, "--", file, ...args],
    environment: { ...place.environment, ...driver.environment },
  };
}

/** Makes a session's groups, unless its ticket is taken: then there is nothing to start. */
async function equip(
  { sessionId, directory, limits }: SandboxPlan,
  { means, bases, perl }: Equipment,
): Promise<Pick<Equipment, "means" | "perl"> & { groups: SessionGroups }> {
  const asked: Limits = { cpus: limits?.cpus ?? null, memoryBytes: limits?.memoryBytes ?? null };
  const groups = planGroups(bases, sessionId, asked);
  if (readTicket(directory) !== null) throw new LaunchError("ALREADY_LAUNCHED", "The session was launched before.");
  try {
    await createGroups(directory, { means, groups }, asked);
  } catch (error) {
    await removeGroups(distinct(groups));
    throw new LaunchError("START_FAILED", `What holds the session cannot be set up: ${(error as Error).message}.`);
  }
  return { means, perl, groups };
}

/** What became of a session: exit status, else its process, else the ticket. Without an identity the ticket names one. */
export async function lookAtSession(directory: string, identity: ProcessIdentity | null): Promise<Outcome> {
  const ended = await readExit(directory);
  if (ended) return ended;
  const ticket = readTicket(directory);
  const wrapper = identity ?? identifyHolder(directory);
  if (wrapper && isAlive(wrapper)) return { kind: "running", identity: wrapper };
  // It may have ended between the two looks: the status is written before the process goes.
  const endedSince = await readExit(directory);
  if (endedSince) return endedSince;
  if (identity === null && (ticket === null || ticket === FORBIDDEN)) return { kind: "never-launched" };
  const who = identity ? `process ${identity.pid}` : `process ${ticket?.trim() || "unknown"}`;
  return { kind: "vanished", detail: `The session's wrapper (${who}) is gone and left no exit status.` };
}

export async function forbidSessionLaunch(directory: string): Promise<boolean> {
  await createSessionDirectory(directory);
  const { ticket } = sessionPaths(directory);
  try {
    await writeFile(ticket, FORBIDDEN, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readTicket(directory) === FORBIDDEN;
  }
}

async function readExit(directory: string): Promise<(Outcome & { kind: "exited" | "lease-ended" }) | null> {
  const text = (await readOrNull(sessionPaths(directory).exit)) ?? "";
  if (text === LEASE_ENDED) return { kind: "lease-ended" };
  // Complete only with its newline: the wrapper may be between creating and writing it.
  const status = /^(\d{1,3})\n$/.exec(text);
  return status ? { kind: "exited", exitCode: Number(status[1]) } : null;
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}
