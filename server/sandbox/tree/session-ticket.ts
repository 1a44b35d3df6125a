import { readFileSync } from "node:fs";
import { identify, type ProcessIdentity } from "../../process-identity.ts";
import { FORBIDDEN, sessionIdOf, sessionPaths } from "../session-directory.ts";
import { carriesMarker } from "./process-table.ts";
import { findTree } from "./process-tree.ts";

/**
 * Who holds a session's launch ticket: the process of the number in it, if that still carries the session's marker; for a
 * ticket just taken and not yet written, the first process that carries it. Null: nobody who lives.
 */
export function identifyHolder(directory: string): ProcessIdentity | null {
  const ticket = readTicket(directory);
  if (ticket === null || ticket === FORBIDDEN) return null;
  const outputFile = sessionPaths(directory).output;
  const sessionId = sessionIdOf(directory);
  if (ticket === "") return identifyFirst(findTree({ sessionId, identity: null, outputFile }));
  const pid = Number(ticket);
  const holder = Number.isInteger(pid) ? identify(pid) : null;
  return holder && carriesMarker(pid, sessionId, outputFile) ? holder : null;
}

export function readTicket(directory: string): string | null {
  try {
    return readFileSync(sessionPaths(directory).ticket, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function identifyFirst(pids: number[]): ProcessIdentity | null {
  return pids[0] === undefined ? null : identify(pids[0]);
}
