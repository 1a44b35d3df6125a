import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { type GitOptions, gitOk } from "../../git.ts";
import { isCommitId, isSafeRef } from "../../git-ref.ts";
import { locateRepository } from "../../repository-location.ts";
import type { Spawner } from "../spawner/spawner.ts";
import { restoreSkeleton } from "./clone-skeleton.ts";
import { disarmWork } from "./disarm-work.ts";
import { type Change, refuseLargeFiles, refuseLargeObjects } from "./work-size.ts";
import { IDENTITY, repositoryGone, WorkingCopyError } from "./working-copy.ts";

export interface CollectRequest {
  /** The clone. */
  directory: string;
  /** The project's repository (common directory), whose objects the clone borrows. */
  gitDir: string;
  branch: string;
  /** What `prepare` returned. */
  startCommit: string;
  message: string;
  author: { name: string; email: string };
  /** What its disk may hold, where the session was given one: no file of its work is larger, nor all that it changed. */
  maxBytes?: number | undefined;
}

export interface Collected {
  /** The commit that holds the session's work; null when it changed nothing. */
  commit: string | null;
  /** Against startCommit, relative to the top of the repository. */
  changedFiles: string[];
  /** Directories left out because they hold a Git repository of their own. */
  skippedRepositories: string[];
}

const STATUS = ["status", "--porcelain=v2", "--branch", "-z", "-uall", "--ignore-submodules=all", "--no-renames"];
const OUTPUT_MAX_BYTES = 128 * 1024 * 1024;

/**
 * Commits whatever a session left in its clone (as .gitignore says) on top of its own commits and points its branch
 * there. Nothing the session planted runs, and nothing holds git up. To be called when its processes are gone. One git process when
 * nothing changed. Throws HostileCloneError when `.git` is not what it was or the clone holds a trap, WorkingCopyError
 * CLONE_MISSING, REPOSITORY_MISSING, TOO_LARGE, GitError.
 */
export async function collect(spawner: Spawner, request: CollectRequest): Promise<Collected> {
  if (!isSafeRef(request.branch)) throw new WorkingCopyError("UNSAFE_NAME", "The branch has an unusable name.");
  try {
    return await collectThere(spawner, request);
  } catch (thrown) {
    await assertThere(request);
    throw thrown;
  }
}

async function collectThere(spawner: Spawner, request: CollectRequest): Promise<Collected> {
  const gitDir = join(request.directory, ".git");
  await restoreSkeleton({ gitDir, sourceDir: request.gitDir, isSha256: request.startCommit.length === 64 });
  await disarmWork(request.directory);
  const options: GitOptions = {
    gitDir,
    workTree: request.directory,
    encoding: "latin1",
    timeoutMs: 300_000,
    maxOutputBytes: OUTPUT_MAX_BYTES,
  };
  const status = readStatus(await gitOk(spawner, [...STATUS, "--no-ahead-behind"], options));
  const head = status.head ?? request.startCommit;
  const skippedRepositories = status.repositories.map(asText);
  const isTouched = status.present.length > 0 || status.deleted.length > 0;
  if (!isTouched && head === request.startCommit) return { commit: null, changedFiles: [], skippedRepositories };
  const commit = isTouched ? await commitChanges(spawner, request, options, status, head) : head;
  const [changes] = await Promise.all([
    listChanges(spawner, options, request.startCommit, commit),
    gitOk(spawner, ["update-ref", "--no-deref", `refs/heads/${request.branch}`, commit], options),
  ]);
  await refuseLargeObjects(spawner, options, { changes, maxBytes: request.maxBytes });
  const changedFiles = changes.map(({ path }) => asText(path));
  // A staged change that was taken back in the file looks touched and is none.
  const isEmpty = isTouched && head === request.startCommit && changedFiles.length === 0;
  if (isEmpty) return { commit: null, changedFiles, skippedRepositories };
  return { commit, changedFiles, skippedRepositories };
}

/** What was deleted meanwhile is named as such; git would only speak of what it misses. */
async function assertThere({ directory, gitDir }: CollectRequest): Promise<void> {
  if (!(await lstat(directory).catch(() => null)))
    throw new WorkingCopyError("CLONE_MISSING", "The session's clone was deleted, and its work with it.");
  if (!(await locateRepository(gitDir))) throw new WorkingCopyError("REPOSITORY_MISSING", repositoryGone);
}

interface Status {
  /** null: HEAD points to a branch without a commit. */
  head: string | null;
  present: string[];
  deleted: string[];
  repositories: string[];
}

/** `git status --porcelain=v2 -z`: entries end with NUL; the kinds are "# branch…", "1", "u" and "?". */
function readStatus(output: string): Status {
  const status: Status = { head: null, present: [], deleted: [], repositories: [] };
  for (const entry of output.split("\0")) {
    if (entry.startsWith("# branch.oid ")) {
      const oid = entry.slice("# branch.oid ".length);
      status.head = isCommitId(oid) ? oid : null;
    } else if (entry.startsWith("? ")) {
      const path = entry.slice(2);
      (path.endsWith("/") ? status.repositories : status.present).push(path);
    } else if (entry.startsWith("1 ") || entry.startsWith("u ")) {
      addTracked(status, entry);
    }
  }
  return status;
}

function addTracked(status: Status, entry: string): void {
  // "1 XY sub mH mI mW hH hI path" and "u XY sub m1 m2 m3 mW h1 h2 h3 path": mW is 000000 when the file is gone.
  const fields = entry.split(" ");
  const isUnmerged = fields[0] === "u";
  const inWorkTree = fields[isUnmerged ? 6 : 5];
  const path = fields.slice(isUnmerged ? 10 : 8).join(" ");
  (inWorkTree === "000000" ? status.deleted : status.present).push(path);
}

async function commitChanges(
  spawner: Spawner,
  request: CollectRequest,
  options: GitOptions,
  status: Status,
  parent: string,
): Promise<string> {
  await refuseLargeFiles(request.directory, status.present, request.maxBytes);
  await stage(spawner, options, status);
  const tree = (await gitOk(spawner, ["write-tree"], options)).trim();
  const environment = {
    ...IDENTITY,
    GIT_AUTHOR_NAME: plainName(request.author.name),
    GIT_AUTHOR_EMAIL: plainName(request.author.email),
  };
  // Messages may hold any text; the bytes are what is committed.
  const input = Buffer.from(request.message, "utf8").toString("latin1");
  const args = ["commit-tree", "--no-gpg-sign", "-p", parent, "-F", "-", tree];
  return (await gitOk(spawner, args, { ...options, environment, input })).trim();
}

/** A directory that became a file (or a link) has its old entries removed first: two calls, in this order. */
async function stage(spawner: Spawner, options: GitOptions, { deleted, present }: Status): Promise<void> {
  const update = (flags: string[], paths: string[]) =>
    gitOk(spawner, ["update-index", ...flags, "-z", "--stdin"], { ...options, input: `${paths.join("\0")}\0` });
  if (deleted.length > 0) await update(["--force-remove"], deleted);
  if (present.length > 0) await update(["--add", "--remove", "--replace"], present);
}

async function listChanges(spawner: Spawner, options: GitOptions, from: string, to: string): Promise<Change[]> {
  const flags = ["-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv"];
  const raw = await gitOk(spawner, ["diff-tree", ...flags, "--ignore-submodules=none", from, to], options);
  const fields = raw.split("\0");
  // ":mode mode id id letter", then the path.
  return fields.flatMap((said, n) => (n % 2 === 0 && said !== "" ? [changeOf(said, fields[n + 1] ?? "")] : []));
}

function changeOf(said: string, path: string): Change {
  const [, mode = "", , id = ""] = said.split(" ");
  return { path, blob: mode.startsWith("10") || mode === "120000" ? id : null };
}

const asText = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8");

/** Git refuses an identity that is empty or holds brackets or line ends. */
const plainName = (text: string): string => text.replace(/[<>\p{Cc}]/gu, " ").trim() || "Runboard";
