import { readFile, writeFile } from "node:fs/promises";
import { identify, isAlive, type ProcessIdentity } from "../process-identity.ts";
import type { Outcome, Sandbox } from "./port.ts";
import { carriesMarker } from "./process-table.ts";
import { findTree, terminateTree } from "./process-tree.ts";
import { removeDirectory } from "./remove-directory.ts";
import { createSessionDirectory, FORBIDDEN, LEASE_ENDED, sessionIdOf, sessionPaths } from "./session-directory.ts";
import { sessionEnvironment } from "./session-environment.ts";
import type { Spawner } from "./spawner.ts";
import { resolveWorkingDirectory } from "./working-directory.ts";

interface ProcessSandboxOptions {
  /** The PATH sessions get unless their task sets another. */
  path: string;
}

/**
 * Sessions as plain processes of this machine: own clone, own process tree, own environment, no confinement. The truth
 * about a session is its directory and the process table, so any orchestrator can take one over.
 */
export function createProcessSandbox(spawner: Spawner, { path }: ProcessSandboxOptions): Sandbox {
  return {
    name: "process",
    isIsolated: false,
    async launch(plan) {
      if (sessionIdOf(plan.directory) !== plan.sessionId) throw new Error("A session's directory bears its id.");
      const { work } = await createSessionDirectory(plan.directory);
      return spawner.launch({
        sessionId: plan.sessionId,
        directory: plan.directory,
        command: plan.command,
        args: plan.args,
        workingDirectory: await resolveWorkingDirectory(work, plan.workingDirectory),
        environment: sessionEnvironment({ ...plan, path }),
      });
    },
    look: lookAtSession,
    forbidLaunch: forbidSessionLaunch,
    terminate: (sessionId, directory, identity, graceMs) =>
      terminateTree(sessionId, identity, { graceMs, outputFile: sessionPaths(directory).output }),
    onExit: (listener) => spawner.onExit(({ sessionId }) => listener(sessionId)),
    remove: removeDirectory,
  };
}

/** What became of a session: exit status, else its process, else the ticket. Without an identity the ticket names one. */
export async function lookAtSession(directory: string, identity: ProcessIdentity | null): Promise<Outcome> {
  const ended = await readExit(directory);
  if (ended) return ended;
  const ticket = await readOrNull(sessionPaths(directory).ticket);
  const wrapper = identity ?? identifyHolder(directory, ticket);
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
    return (await readOrNull(ticket)) === FORBIDDEN;
  }
}

async function readExit(directory: string): Promise<(Outcome & { kind: "exited" | "lease-ended" }) | null> {
  const text = (await readOrNull(sessionPaths(directory).exit)) ?? "";
  if (text === LEASE_ENDED) return { kind: "lease-ended" };
  // Complete only with its newline: the wrapper may be between creating and writing it.
  const status = /^(\d{1,3})\n$/.exec(text);
  return status ? { kind: "exited", exitCode: Number(status[1]) } : null;
}

/** The ticket's pid, or (just taken, not yet written) the leader that carries the marker; if the process of that number still carries this session's marker. */
function identifyHolder(directory: string, ticket: string | null): ProcessIdentity | null {
  if (ticket === null || ticket === FORBIDDEN) return null;
  const { output } = sessionPaths(directory);
  if (ticket === "") return identifyFirst(findTree(sessionIdOf(directory), null, output));
  const pid = Number(ticket);
  const holder = Number.isInteger(pid) ? identify(pid) : null;
  return holder && carriesMarker(pid, sessionIdOf(directory), output) ? holder : null;
}

function identifyFirst(pids: number[]): ProcessIdentity | null {
  return pids[0] === undefined ? null : identify(pids[0]);
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}
