import { cp, lstat, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { isUuid } from "@/lib/project/find.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
import type { HeldSession } from "../session/held-session.ts";

/**
 * What agents need to go on with their conversations, on this host, by task and attempt:
 *
 *     <conversations>/<taskId>/<attempt>/…
 *
 * An attempt's is moved there whole when its processes are gone, so it is there or it is not; one attempt's takes the place of the one
 * before. What an agent planted among it is not followed: directories and regular files are all that is put back.
 */
const placeOf = (taskId: string, attempt: number): string => join(home.conversations, taskId, String(attempt));

const sizeMaxBytes = 256 * 1024 * 1024;
const filesMax = 10_000;

/** Keeps what the session left of its agent's conversation; harmless when it is kept already. What cannot be kept is done without. */
export async function keepTalk({ hasAgent, plan, directory }: HeldSession): Promise<void> {
  if (!hasAgent) return;
  await keepConversation(plan.taskId, plan.attempt, agentPaths(directory).conversation).catch((thrown) =>
    logger.warn(
      { err: thrown, task: plan.taskId },
      "a conversation could not be kept; the next attempt begins a new one",
    ),
  );
}

async function keepConversation(taskId: string, attempt: number, left: string): Promise<void> {
  const isThere = (await lstat(left).catch(() => null))?.isDirectory() ?? false;
  if (!isThere || (await readdir(left)).length === 0) return;
  if (!(await isWithinBounds(left))) throw new Error("It is too large.");
  const place = placeOf(taskId, attempt);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await rm(place, { recursive: true, force: true });
  await rename(left, place);
  for (const name of await readdir(dirname(place)))
    if (name !== String(attempt)) await rm(join(dirname(place), name), { recursive: true, force: true });
}

export async function hasConversation(taskId: string, attempt: number): Promise<boolean> {
  return (await lstat(placeOf(taskId, attempt)).catch(() => null))?.isDirectory() ?? false;
}

/** Copied, not moved: should this launch come to nothing, the next one finds it again. */
export async function restoreConversation(taskId: string, attempt: number, directory: string): Promise<void> {
  const { conversation } = agentPaths(directory);
  await rm(conversation, { recursive: true, force: true });
  await cp(placeOf(taskId, attempt), conversation, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (path) => {
      const found = await lstat(path);
      return found.isDirectory() || found.isFile();
    },
  });
}

/** Forgets those of tasks that are gone, and those that nobody has gone on with for so long. */
export async function sweepConversations(before: Date): Promise<void> {
  const taskIds = (await readdir(home.conversations).catch(() => [])).filter(isUuid);
  if (taskIds.length === 0) return;
  const there = new Set(
    (await db().task.findMany({ where: { id: { in: taskIds } }, select: { id: true } })).map(({ id }) => id),
  );
  for (const taskId of taskIds) {
    const place = join(home.conversations, taskId);
    const { mtime } = await stat(place);
    if (!there.has(taskId) || mtime < before) await rm(place, { recursive: true, force: true });
  }
}

async function isWithinBounds(directory: string): Promise<boolean> {
  let [sizeBytes, files] = [0, 0];
  const ahead = [directory];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) ahead.push(path);
      else sizeBytes += (await lstat(path)).size;
      if (++files > filesMax || sizeBytes > sizeMaxBytes) return false;
    }
  }
  return true;
}
