import type { ProcessIdentity } from "../../process-identity.ts";
import { groupsOf, removeGroups } from "../cgroup/session-groups.ts";
import { sessionIdOf, sessionPaths } from "../session-directory.ts";
import { identifyHolder } from "./session-ticket.ts";
import { terminateTree } from "./terminate-tree.ts";

interface SessionProcesses {
  directory: string;
  /** Null: not recorded; the ticket may name it. */
  identity: ProcessIdentity | null;
  graceMs: number;
  /** Groups it may have besides those its directory speaks of: the file there lies within the session's reach. */
  alsoGroups?: readonly string[];
}

/**
 * Ends the whole tree of a session, from its directory, the process table and its control groups alone: any process of this
 * machine may do it, after any crash. Resolves with the pids that could not be ended.
 */
export async function endSession({
  directory,
  identity,
  graceMs,
  alsoGroups = [],
}: SessionProcesses): Promise<number[]> {
  const groups = [...new Set([...groupsOf(directory), ...alsoGroups])];
  const signs = {
    sessionId: sessionIdOf(directory),
    identity: identity ?? identifyHolder(directory),
    outputFile: sessionPaths(directory).output,
    groups,
  };
  const left = await terminateTree(signs, graceMs);
  if (left.length === 0) await removeGroups(groups);
  return left;
}
