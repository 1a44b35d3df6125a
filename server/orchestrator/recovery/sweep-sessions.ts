import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { SESSION_ID, sessionsOnMachine } from "../../sandbox/tree/strays.ts";
import type { Services } from "../services.ts";

/** So many failed sessions' directories stay at most, and of each task the last that failed. */
const keptMax = 20;

/**
 * Makes directories and processes of sessions agree with rows. What no row speaks of, or whose time is over, goes; the
 * directory of a failed session stays until then, without processes. Rows of directories that are gone say so.
 */
export async function sweepSessions(services: Services): Promise<void> {
  // First what is there, then the rows: a session has its row before it has anything else.
  const directories = await directoryIds();
  const running = sessionsOnMachine(home.sessions);
  const found = [...new Set([...directories, ...running])].filter((id) => !services.held.has(id));
  const rows = await rowsOf(services.worker.hostId, found);
  const states = new Map(rows.map(({ sessionId, state }) => [sessionId, state]));
  const kept = whatStays(rows, services.config.failedWorkingCopyRetentionSeconds).map(({ sessionId }) => sessionId);
  const going = found.filter((id) => states.get(id) !== "held" && !kept.includes(id));
  for (const id of going.filter((id) => states.get(id) !== "ended")) {
    // A directory alone is what every deleted task leaves whose session had failed.
    const level = running.includes(id) ? "warn" : "debug";
    logger[level]({ session: id }, "something of a session is here that no row speaks of: it is removed");
  }
  await Promise.all(running.filter((id) => kept.includes(id)).map((id) => endProcesses(services, id)));
  await Promise.all(going.map((id) => remove(services, id)));
  services.kept.replace(kept.filter(hasDirectory).map(directoryOf));
  await sayRemoved(rows.filter(({ state }) => state === "ended").map(({ sessionId }) => sessionId));
}

const directoryOf = (sessionId: string): string => join(home.sessions, sessionId);
const hasDirectory = (sessionId: string): boolean => existsSync(directoryOf(sessionId));

async function directoryIds(): Promise<string[]> {
  return (await readdir(home.sessions).catch(() => [])).filter((name) => SESSION_ID.test(name));
}

interface SweptRow {
  sessionId: string;
  taskId: string;
  /** held: its processes are not proven gone. ended: they are. removed: its directory was seen to be gone. */
  state: "held" | "ended" | "removed";
  /** It ended with something a person may want to look at. */
  isFailed: boolean;
  endedSeconds: number;
}

/** Of everything that is here, and of everything of this host whose directory was not seen to be gone; the oldest first. */
const rowsOf = (hostId: string, ids: string[]) => db().$queryRaw<SweptRow[]>`
  SELECT s.id AS "sessionId", s."taskId",
    CASE WHEN b."terminatedAt" IS NULL THEN 'held' WHEN b."removedAt" IS NULL THEN 'ended' ELSE 'removed' END AS state,
    s.status IN ('FAILED', 'TIMED_OUT', 'STALLED') AND s.reason IS DISTINCT FROM 'DISK_FULL' AS "isFailed",
    coalesce(extract(epoch FROM clock_timestamp() - s."endedAt"), 0)::float8 AS "endedSeconds"
  FROM (SELECT * FROM "Sandbox" WHERE "sessionId" = ANY (${ids}::uuid[])
    UNION ALL SELECT * FROM "Sandbox" WHERE "hostId" = ${hostId}::uuid AND "terminatedAt" IS NOT NULL AND "removedAt" IS NULL
      AND "sessionId" <> ALL (${ids}::uuid[])) b
  JOIN "Session" s ON s.id = b."sessionId" ORDER BY s."endedAt", s.id`;

function whatStays(rows: readonly SweptRow[], retentionSeconds: number): SweptRow[] {
  const failed = rows.filter(
    ({ state, isFailed, endedSeconds }) => state === "ended" && isFailed && endedSeconds < retentionSeconds,
  );
  const lastOfTask = new Map(failed.map(({ taskId, sessionId }) => [taskId, sessionId]));
  return failed
    .filter(({ taskId, sessionId }) => lastOfTask.get(taskId) === sessionId && hasDirectory(sessionId))
    .slice(-keptMax);
}

const endProcesses = ({ sandbox }: Services, sessionId: string): Promise<number[]> =>
  sandbox.terminate(sessionId, directoryOf(sessionId), null, env.RUNBOARD_GRACE_MS);

async function remove(services: Services, sessionId: string): Promise<void> {
  const left = await endProcesses(services, sessionId);
  if (left.length > 0) return;
  await services.sandbox
    .remove(directoryOf(sessionId))
    .catch((thrown) => logger.warn({ err: thrown, session: sessionId }, "a session's directory stays"));
}

async function sayRemoved(endedIds: string[]): Promise<void> {
  const gone = endedIds.filter((id) => !hasDirectory(id));
  if (gone.length === 0) return;
  await db()
    .$executeRaw`UPDATE "Sandbox" SET "removedAt" = clock_timestamp() WHERE "sessionId" = ANY (${gone}::uuid[])`;
}
