import { writeFile } from "node:fs/promises";
import { FORBIDDEN, LEASE_ENDED, sessionPaths } from "../session-directory.ts";
import { endSession } from "../tree/end-session.ts";
import type { GuardedSession } from "./spawner-protocol.ts";

/**
 * Ends a session whose lease has run out, at once. Whoever creates a file first decides: where nothing was launched the
 * ticket says that nothing will be; where the command has ended already its own exit status stands. Processes are looked
 * for in any case: the files lie within the session's reach. Resolves with the pids that are left.
 */
export async function endAtLease({ directory, identity }: GuardedSession): Promise<number[]> {
  const { ticket, exit } = sessionPaths(directory);
  const isForbidden = await createFirst(ticket, FORBIDDEN);
  if (!isForbidden || identity !== null) await createFirst(exit, LEASE_ENDED);
  return endSession({ directory, identity, graceMs: 0 });
}

/** False when somebody else was first, and when there is no directory: then nothing can be said there. */
async function createFirst(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}
