import { lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { repositoryConfig } from "../../repository-mirror.ts";
import { removeDirectory } from "./remove-directory.ts";

/**
 * The `.git` of a session's clone, written by hand: no remote, no hooks, no configuration but ours, objects borrowed from
 * the project's repository. A session owns it and may do to it what it likes; before the host runs git in it again,
 * `restoreSkeleton` puts back everything git would obey.
 */
export interface Skeleton {
  gitDir: string;
  /** The project's repository (common directory) whose objects are borrowed. */
  sourceDir: string;
  isSha256: boolean;
}

/** The clone's `.git` is not what a host git may touch; the message says what was found. */
export class HostileCloneError extends Error {
  readonly code = "HOSTILE_CLONE";
  override readonly name = "HostileCloneError";
}

export async function writeSkeleton(skeleton: Skeleton, branch: string, commit: string): Promise<void> {
  const { gitDir } = skeleton;
  const ref = join(gitDir, "refs", "heads", branch);
  mkdirSync(join(gitDir, "objects", "info"), { recursive: true });
  mkdirSync(join(ref, ".."), { recursive: true });
  writeFileSync(join(gitDir, "HEAD"), `ref: refs/heads/${branch}\n`);
  writeFileSync(ref, `${commit}\n`);
  await writeOwnFiles(skeleton);
}

/** What a session's git leaves that the host may read: data, nothing that names a program or another place. */
const KEPT = /^(HEAD|index|sharedindex\.[0-9a-f]+|objects|refs|packed-refs|logs|info)$/;

/**
 * Makes a clone's `.git` safe for the host: refuses one that was replaced or holds links or special files, deletes all
 * but plain data (hooks, worktree configuration, locks, unfinished merges …) and writes configuration and alternates
 * anew. To be called when the session's processes are gone. Throws HostileCloneError.
 */
export async function restoreSkeleton(skeleton: Skeleton): Promise<void> {
  const { gitDir } = skeleton;
  const found = lstatSync(gitDir, { throwIfNoEntry: false });
  if (!found) throw new HostileCloneError("The session deleted its .git directory, so its work cannot be collected.");
  if (!found.isDirectory()) throw new HostileCloneError("The session replaced its .git directory by a file or a link.");
  const dropped = readdirSync(gitDir).filter((name) => !KEPT.test(name));
  await Promise.all(dropped.map((name) => removeDirectory(join(gitDir, name))));
  // First look, then reach into subdirectories: a link there must not lead our deleting elsewhere.
  await assertPlain(gitDir);
  await cleanInfo(join(gitDir, "info"));
  mkdirSync(join(gitDir, "objects", "info"), { recursive: true });
  await writeOwnFiles(skeleton);
}

async function writeOwnFiles({ gitDir, sourceDir, isSha256 }: Skeleton): Promise<void> {
  writeFileSync(join(gitDir, "config"), repositoryConfig({ isBare: false, isSha256 }));
  writeFileSync(join(gitDir, "objects", "info", "alternates"), `${quoteAlternate(join(sourceDir, "objects"))}\n`);
  // Not in a place of ours: what holds it may be slow.
  const shallow = await readFile(join(sourceDir, "shallow")).catch(() => null);
  if (shallow !== null) writeFileSync(join(gitDir, "shallow"), shallow);
}

/** Of `info/` only the session's own ignore list stays; attributes, grafts and sparse patterns go. */
async function cleanInfo(directory: string): Promise<void> {
  const dropped = namesIn(directory).filter((name) => name !== "exclude");
  await Promise.all(dropped.map((name) => removeDirectory(join(directory, name))));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Looked at before others get their turn. */
const SLICE = 300;

/** A link would lead host git to read or write elsewhere; opening a pipe would hang it; a lock would stop it. */
async function assertPlain(gitDir: string): Promise<void> {
  const waiting = [gitDir];
  let seen = 0;
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    const isObjectsInfo = directory === join(gitDir, "objects", "info");
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (++seen % SLICE === 0) await setImmediate();
      const path = join(directory, entry.name);
      if (!entry.isFile() && !entry.isDirectory())
        throw new HostileCloneError(
          `The session put a link or special file into its .git: ${path.slice(gitDir.length + 1)}`,
        );
      // Whatever it holds, others get their turn.
      if (entry.name.endsWith(".lock") || isObjectsInfo) await removeDirectory(path);
      else if (entry.isDirectory()) waiting.push(path);
    }
  }
}

/** A path with a newline or a leading quote or # is written as a C string, which the format allows. */
function quoteAlternate(path: string): string {
  if (!/["\\\n\r#]/.test(path)) return path;
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}
