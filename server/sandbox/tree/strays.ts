import { readdirSync, readFileSync } from "node:fs";
import { SESSION_MARKER } from "../spawner/session-wrapper.ts";

export const SESSION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The ids of all sessions of this home of which a process runs, by what the processes carry themselves: the marker, and in any
 * variable a path into the session's directory, so that another Runboard's sessions on the machine are left alone.
 * [] where the environments of processes cannot be read cheaply (only Linux can).
 */
export function sessionsOnMachine(sessionsDirectory: string): string[] {
  if (process.platform !== "linux") return [];
  const found = new Set<string>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const variables = environmentOf(name).split("\0");
    const marker = variables.find((variable) => variable.startsWith(`${SESSION_MARKER}=`));
    const id = marker?.slice(SESSION_MARKER.length + 1);
    // What a process says is believed only as far as it is an id: it becomes a path.
    if (id && SESSION_ID.test(id) && variables.some((variable) => variable.includes(`=${sessionsDirectory}/${id}/`)))
      found.add(id);
  }
  return [...found];
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}
