import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import type { Services } from "./services.ts";

/** Directories of sessions that no row speaks of any more: their processes are ended, then they go. */
export async function sweepDirectories({ sandbox }: Services): Promise<void> {
  const names = await readdir(home.sessions).catch(() => []);
  const ids = names.filter((name) => /^[0-9a-f-]{36}$/.test(name));
  const present = await db().sandbox.findMany({
    where: { sessionId: { in: ids }, terminatedAt: null },
    select: { sessionId: true },
  });
  const wanted = new Set(present.map(({ sessionId }) => sessionId));
  for (const id of ids) {
    if (wanted.has(id)) continue;
    const directory = join(home.sessions, id);
    const left = await sandbox.terminate(id, directory, null, env.RUNBOARD_GRACE_MS);
    if (left.length === 0) await sandbox.remove(directory);
  }
}
