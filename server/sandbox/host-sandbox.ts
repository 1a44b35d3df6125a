import { readFileSync, writeFileSync } from "node:fs";
import { isAlive, type ProcessIdentity } from "../process-identity.ts";
import { createJoinAhead } from "./cgroup/join-ahead.ts";
import {
  createGroups,
  distinct,
  groupsOf,
  planGroups,
  removeGroups,
  type SessionGroups,
} from "./cgroup/session-groups.ts";
import type { Limits, TreeMeans } from "./means.ts";
import type { Driver, Outcome, Sandbox, SandboxPlan } from "./port.ts";
import { type Equipment, probeMeans } from "./probe-means.ts";
import { createSessionDirectory, FORBIDDEN, LEASE_ENDED, sessionIdOf, sessionPaths } from "./session-directory.ts";
import { inSessionEnvironment, outerEnvironment, sessionEnvironment } from "./session-environment.ts";
import type { Spawner } from "./spawner/spawner.ts";
import { LaunchError, type LaunchRequest } from "./spawner/spawner-protocol.ts";
import { resolveWorkingDirectory } from "./spawner/working-directory.ts";
import { endSession } from "./tree/end-session.ts";
import { identifyHolder, readTicket } from "./tree/session-ticket.ts";
import { UsageMeter } from "./usage.ts";
import { createRemover } from "./working-copy/remove-together.ts";

export interface HostSandboxOptions {
  /** The PATH sessions get unless their task sets another; perl is looked for there too. */
  path: string;
  /** Tracks processes by this means although a better one may be there; for tests. */
  only?: TreeMeans;
}

interface Provider {
  name: string;
  isIsolated: boolean;
  confine: Confine;
}

/** From a plan to the arguments that start its command as this provider does. Throws LaunchError; nothing is started by it. */
export type Confine = (plan: SandboxPlan, place: CommandPlace) => Promise<string[]> | string[];

export interface CommandPlace {
  /** Absolute, inside the clone, links resolved. */
  workingDirectory: string;
  /** All that the command gets. */
  environment: Record<string, string>;
}

/**
 * Sessions on this machine: own clone, own process tree, own environment; how the command is confined is the provider's. The
 * truth about a session is its directory, the process table and its control groups, so any orchestrator can take one over, and
 * what one provider of this machine started every other one can look at, measure and end.
 */
export function createHostSandbox(spawner: Spawner, options: HostSandboxOptions, provider: Provider): Sandbox {
  const meter = new UsageMeter();
  const removeDirectory = createRemover(spawner);
  const joinAhead = createJoinAhead();
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
    name: provider.name,
    isIsolated: provider.isIsolated,
    means: async () => (await equipment()).means,
    announce() {
      equipment().then(
        ({ bases }) => bases.tree && joinAhead(),
        () => {},
      );
    },
    async launch(plan) {
      if (sessionIdOf(plan.directory) !== plan.sessionId) throw new Error("A session's directory bears its id.");
      const { work } = createSessionDirectory(plan.directory);
      const parts = { ...plan, path: options.path };
      const workingDirectory = await resolveWorkingDirectory(work, plan.workingDirectory);
      const place: CommandPlace = { workingDirectory, environment: sessionEnvironment(parts) };
      const confined = inSessionEnvironment(await provider.confine(plan, place), Object.keys(plan.environment));
      const request = {
        sessionId: plan.sessionId,
        directory: plan.directory,
        workingDirectory,
        ...driven(confined, plan.driver, outerEnvironment(parts)),
      };
      const { means, perl, groups } = await equip(plan, { ...(await equipment()), provider: provider.name });
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

/** A driver stands outside of the confinement and starts what is in it. Its own variables are for it alone. */
function driven(
  [command = "", ...args]: string[],
  driver: Driver | undefined,
  environment: Record<string, string>,
): Pick<LaunchRequest, "command" | "args" | "environment"> {
  if (driver === undefined) return { command, args, environment };
  const foreign = Object.keys(driver.environment).find((name) => !name.startsWith("RUNBOARD_") || name in environment);
  if (foreign !== undefined)
    throw new Error(`A driver's own variables begin with RUNBOARD_ and are its own: ${foreign}.`);
  return {
    command: driver.command,
    args: [...driver.args, "--", command, ...args],
    environment: { ...environment, ...driver.environment },
  };
}

/** Makes a session's groups, unless its ticket is taken: then there is nothing to start. */
async function equip(
  { sessionId, directory, limits }: SandboxPlan,
  { means, bases, perl, provider }: Equipment & { provider: string },
): Promise<Pick<Equipment, "means" | "perl"> & { groups: SessionGroups }> {
  const asked: Limits = { cpus: limits?.cpus ?? null, memoryBytes: limits?.memoryBytes ?? null };
  const groups = planGroups(bases, sessionId, asked);
  if (readTicket(directory) !== null) throw new LaunchError("ALREADY_LAUNCHED", "The session was launched before.");
  try {
    await createGroups(directory, { provider, means, groups }, asked);
  } catch (error) {
    await removeGroups(distinct(groups));
    throw new LaunchError("START_FAILED", `What holds the session cannot be set up: ${(error as Error).message}.`);
  }
  return { means, perl, groups };
}

/** What became of a session: exit status, else its process, else the ticket. Without an identity the ticket names one. */
export async function lookAtSession(directory: string, identity: ProcessIdentity | null): Promise<Outcome> {
  const ended = readExit(directory);
  if (ended) return ended;
  const ticket = readTicket(directory);
  const wrapper = identity ?? identifyHolder(directory);
  if (wrapper && isAlive(wrapper)) return { kind: "running", identity: wrapper };
  // It may have ended between the two looks: the status is written before the process goes.
  const endedSince = readExit(directory);
  if (endedSince) return endedSince;
  if (identity === null && (ticket === null || ticket === FORBIDDEN)) return { kind: "never-launched" };
  const who = identity ? `process ${identity.pid}` : `process ${ticket?.trim() || "unknown"}`;
  return { kind: "vanished", detail: `The session's wrapper (${who}) is gone and left no exit status.` };
}

export async function forbidSessionLaunch(directory: string): Promise<boolean> {
  createSessionDirectory(directory);
  const { ticket } = sessionPaths(directory);
  try {
    writeFileSync(ticket, FORBIDDEN, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readTicket(directory) === FORBIDDEN;
  }
}

function readExit(directory: string): (Outcome & { kind: "exited" | "lease-ended" }) | null {
  const text = readOrNull(sessionPaths(directory).exit) ?? "";
  if (text === LEASE_ENDED) return { kind: "lease-ended" };
  // Complete only with its newline: the wrapper may be between creating and writing it.
  const status = /^(\d{1,3})\n$/.exec(text);
  return status ? { kind: "exited", exitCode: Number(status[1]) } : null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
