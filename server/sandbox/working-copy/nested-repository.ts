import { type Dirent, lstatSync, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { HostileCloneError } from "./clone-skeleton.ts";

/** A path as names are on the disk: any bytes, one character each. */
export const bytesOf = (latin1: string): Buffer => Buffer.from(latin1, "latin1");

/** Git reads no longer one. */
const GIT_FILE_MAX_BYTES = 1024 * 1024;
const REFS_MAX = 100_000;
/** What git opens to know whether a directory is a repository, and where its HEAD stands. */
const OPENED = ["HEAD", "commondir", "config", "config.worktree", "packed-refs", "refs"];

/**
 * Refuses a repository in a clone, or the file or link that leads to one anywhere, in which git would open what is no plain file. Git
 * looks into every one it comes by, to leave it out. Throws HostileCloneError with `name`.
 */
export function refuseTraps(dotGit: string, name: string): void {
  const gitDir = gitDirOf(dotGit);
  if (gitDir === null) return;
  if (!isOpenedSafely(gitDir)) throw trap(name);
  const common = lstatOrNull(`${gitDir}/commondir`);
  if (!common?.isFile()) return;
  if (common.size > GIT_FILE_MAX_BYTES) throw trap(name);
  if (!isOpenedSafely(resolve(gitDir, read(`${gitDir}/commondir`, common).trimEnd()))) throw trap(name);
}

const trap = (name: string) =>
  new HostileCloneError(
    `The session left a repository in its clone that git cannot look at safely: ${bytesOf(name).toString("utf8")}`,
  );

/** Where `.git` leads, as git follows it; null: to no repository. */
function gitDirOf(dotGit: string): string | null {
  const found = statOrNull(dotGit);
  if (found?.isDirectory()) return dotGit;
  if (!found?.isFile() || found.size > GIT_FILE_MAX_BYTES) return null;
  const target = /^gitdir: ([^\r\n]+)/.exec(read(dotGit, found))?.[1];
  return target === undefined ? null : resolve(dirname(dotGit), target);
}

const isOpenedSafely = (gitDir: string): boolean =>
  OPENED.every((one) => isPlain(lstatOrNull(`${gitDir}/${one}`))) && areRefsPlain(`${gitDir}/refs`);

function areRefsPlain(refs: string): boolean {
  const waiting = [refs];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of listOrNone(next)) {
      if (++seen > REFS_MAX || !isPlain(entry)) return false;
      if (entry.isDirectory()) waiting.push(`${next}/${entry.name.toString("latin1")}`);
    }
  }
  return true;
}

const isPlain = (found: Stats | Dirent<Buffer> | null): boolean =>
  found === null || found.isFile() || found.isDirectory();

/** As long as it says it is: what it is not, as of the kernel's files, git does not read either. */
const read = (path: string, { size }: Stats): string => (size === 0 ? "" : readFileSync(bytesOf(path), "latin1"));

const statOrNull = (path: string): Stats | null => orNull(() => statSync(bytesOf(path)));
const lstatOrNull = (path: string): Stats | null => orNull(() => lstatSync(bytesOf(path)));
const listOrNone = (path: string): Dirent<Buffer>[] =>
  orNull(() => readdirSync(bytesOf(path), { withFileTypes: true, encoding: "buffer" })) ?? [];

/** What cannot be looked at git cannot open either. */
function orNull<Result>(look: () => Result): Result | null {
  try {
    return look();
  } catch {
    return null;
  }
}
