import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { isAlive, type ProcessIdentity } from "../process-identity.ts";
import { SESSION_ID, sessionsOnMachine } from "../sandbox/strays.ts";
import type { Services } from "./services.ts";

/**
 * What no row speaks of any more: directories of sessions, processes that say they belong to one of this home's sessions,
 * mandates of helpers that are gone. Processes are ended first. Cheap enough to be done several times a minute.
 */
export async function sweep(services: Services): Promise<void> {
  await Promise.all([sweepSessions(services), sweepMandates()]);
}

async function sweepSessions({ sandbox, held }: Services): Promise<void> {
  // First what is there, then the rows: a session has its row before it has anything else.
  const names = await readdir(home.sessions).catch(() => []);
  const found = new Set([...names.filter((name) => SESSION_ID.test(name)), ...sessionsOnMachine(home.sessions)]);
  const strays = await withoutRow([...found].filter((id) => !held.has(id)));
  await Promise.all(
    strays.map(async (id) => {
      const directory = join(home.sessions, id);
      logger.warn({ session: id }, "something of a session is here that no row speaks of: it is removed");
      const left = await sandbox.terminate(id, directory, null, env.RUNBOARD_GRACE_MS);
      if (left.length === 0) await sandbox.remove(directory);
    }),
  );
}

async function withoutRow(ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const present = await db().sandbox.findMany({
    where: { sessionId: { in: ids }, terminatedAt: null },
    select: { sessionId: true },
  });
  const wanted = new Set(present.map((row) => row.sessionId));
  return ids.filter((id) => !wanted.has(id));
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
