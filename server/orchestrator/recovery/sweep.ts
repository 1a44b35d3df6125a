import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { home } from "@/lib/env.ts";
import { isAlive, type ProcessIdentity } from "../../process-identity.ts";
import type { Services } from "../services.ts";
import { sweepSessions } from "./sweep-sessions.ts";

/**
 * What no row speaks of any more, or whose time is over: directories of sessions, processes that say they belong to one of
 * this home's sessions, mandates of helpers that are gone. Processes are ended first. Cheap enough to be done several times
 * a minute.
 */
export async function sweep(services: Services): Promise<void> {
  await Promise.all([sweepSessions(services), sweepMandates()]);
}

async function sweepMandates(): Promise<void> {
  for (const name of await readdir(home.guards).catch(() => [])) {
    const path = join(home.guards, name);
    // One that is just being written counts as held.
    const helper = asIdentity(await readFile(path, "utf8").catch(() => ""));
    if (helper !== null && !isAlive(helper)) await rm(path, { force: true });
  }
}

function asIdentity(text: string): ProcessIdentity | null {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return null;
  }
}
