import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GitError, type GitOptions, git, gitOk } from "../../git.ts";
import { isCommitId, isSafeRef } from "../../git-ref.ts";
import { locateRepository } from "../../repository-location.ts";
import type { Spawner } from "../spawner/spawner.ts";
import { type Skeleton, writeSkeleton } from "./clone-skeleton.ts";

export type WorkingCopyErrorCode =
  | "REPOSITORY_MISSING"
  | "BRANCH_NOT_FOUND"
  | "COMMIT_NOT_FOUND"
  | "UNSAFE_NAME"
  | "MERGE_CONFLICT"
  | "CLONE_MISSING"
  | "TOO_LARGE"
  | "REF_MOVED"
  | "PUBLISH_FAILED";

export class WorkingCopyError extends Error {
  override readonly name = "WorkingCopyError";
  readonly code: WorkingCopyErrorCode;
  /** MERGE_CONFLICT: the files both sides changed. */
  readonly files: string[];
  /** MERGE_CONFLICT: the commit that did not merge. */
  readonly commit: string | null;

  constructor(code: WorkingCopyErrorCode, message: string, files: string[] = [], commit: string | null = null) {
    super(message);
    this.code = code;
    this.files = files;
    this.commit = commit;
  }
}

export type PrepareRequest = {
  /** The project's repository: `gitDir` of an inspection or of a mirror. */
  gitDir: string;
  /** Results of the dependencies; the session starts with all of them. */
  mergeCommits: string[];
  /** `runboard/<KEY-n>/a<attempt>` */
  branch: string;
  /** Where the clone goes; empty or missing. */
  directory: string;
} & ({ baseBranch: string } | { startCommit: string });

/** Who Runboard's own commits are by. */
export const IDENTITY = {
  GIT_AUTHOR_NAME: "Runboard",
  GIT_AUTHOR_EMAIL: "runboard@localhost",
  GIT_COMMITTER_NAME: "Runboard",
  GIT_COMMITTER_EMAIL: "runboard@localhost",
};

/**
 * Makes a session's own clone and checks it out on its branch: one git process (two with dependencies that are all
 * contained in one another). `baseCommit` is where the base branch stood, `startCommit` what the session starts from.
 * Throws WorkingCopyError; the half-made directory is then the caller's to remove.
 */
export async function prepare(
  spawner: Spawner,
  request: PrepareRequest,
): Promise<{ baseCommit: string; startCommit: string }> {
  if (!isSafeRef(request.branch)) throw new WorkingCopyError("UNSAFE_NAME", "The branch has an unusable name.");
  const unusable = request.mergeCommits.find((commit) => !isCommitId(commit));
  if (unusable !== undefined) throw new WorkingCopyError("COMMIT_NOT_FOUND", "A dependency's result is no commit.");
  const sourceDir = await objectsOwner(request.gitDir);
  const baseCommit = await resolveBase(spawner, sourceDir, request);
  const skeleton = { gitDir: join(request.directory, ".git"), sourceDir, isSha256: baseCommit.length === 64 };
  await mkdir(request.directory, { recursive: true, mode: 0o700 });
  const [first, ...rest] = await withoutAncestors(spawner, sourceDir, baseCommit, request.mergeCommits);
  await writeSkeleton(skeleton, request.branch, first);
  await checkOut(spawner, skeleton, request.directory, first);
  for (const commit of rest) await merge(spawner, skeleton, request.directory, commit);
  const startCommit = rest.length === 0 ? first : await readTip(skeleton, request.branch);
  return { baseCommit, startCommit };
}

/** Without its place: who reads it may not know this machine; the logs have it. */
export const repositoryGone = "The project's Git repository is not where it was any more.";

async function objectsOwner(gitDir: string): Promise<string> {
  const location = await locateRepository(gitDir);
  if (!location) throw new WorkingCopyError("REPOSITORY_MISSING", repositoryGone);
  return location.commonDir;
}

async function resolveBase(spawner: Spawner, gitDir: string, request: PrepareRequest): Promise<string> {
  if (!("startCommit" in request)) return tipOf(spawner, gitDir, request.baseBranch);
  if (isCommitId(request.startCommit)) return request.startCommit;
  throw new WorkingCopyError("COMMIT_NOT_FOUND", "The commit to start from is no full commit id.");
}

/** The commit a branch of the repository (common directory) stands at. Throws WorkingCopyError UNSAFE_NAME, BRANCH_NOT_FOUND. */
export async function tipOf(spawner: Spawner, gitDir: string, branch: string): Promise<string> {
  if (!isSafeRef(branch)) throw new WorkingCopyError("UNSAFE_NAME", "The base branch has an unusable name.");
  // A branch is a small file as a rule; packed and other storage is git's business.
  const loose = await readFile(join(gitDir, "refs", "heads", branch), "utf8").catch(() => "");
  if (isCommitId(loose.trim())) return loose.trim();
  const name = `refs/heads/${branch}^{commit}`;
  const found = await git(spawner, ["rev-parse", "--verify", "-q", "--end-of-options", name], { gitDir });
  if (found.exitCode === 0 && isCommitId(found.stdout.trim())) return found.stdout.trim();
  throw new WorkingCopyError("BRANCH_NOT_FOUND", `The repository has no branch ${JSON.stringify(branch)} any more.`);
}

/** The commits that contain all the others: the base first if it is one, then in the order given. */
async function withoutAncestors(
  spawner: Spawner,
  gitDir: string,
  base: string,
  others: string[],
): Promise<[string, ...string[]]> {
  const commits = [...new Set([base, ...others])];
  if (commits.length === 1) return [base];
  const result = await git(spawner, ["merge-base", "--independent", "--end-of-options", ...commits], { gitDir });
  if (result.exitCode !== 0)
    throw new WorkingCopyError(
      "COMMIT_NOT_FOUND",
      "The result of a dependency is not in the repository any more. Reopen the dependency, or remove it from this task.",
    );
  const kept = new Set(result.stdout.trim().split("\n"));
  const [first = base, ...rest] = commits.filter((commit) => kept.has(commit));
  return [first, ...rest];
}

async function checkOut(spawner: Spawner, { gitDir }: Skeleton, workTree: string, commit: string): Promise<void> {
  const result = await git(spawner, ["read-tree", "-u", "--reset", commit], { gitDir, workTree });
  if (result.exitCode === 0) return;
  if (/not a valid object|bad object|failed to unpack tree/i.test(result.stderr)) {
    throw new WorkingCopyError("COMMIT_NOT_FOUND", `The repository has no commit ${commit}.`);
  }
  throw new GitError(["read-tree"], result);
}

async function merge(spawner: Spawner, { gitDir }: Skeleton, workTree: string, commit: string): Promise<void> {
  const options: GitOptions = { gitDir, workTree, environment: IDENTITY };
  const message = `Merge ${commit.slice(0, 12)}, the result of a dependency`;
  const flags = ["--quiet", "--no-edit", "--no-verify", "--no-gpg-sign", "--no-stat", "--no-rerere-autoupdate"];
  const result = await git(spawner, ["merge", ...flags, "-m", message, commit], options);
  if (result.exitCode === 0) return;
  const unmerged = await gitOk(spawner, ["diff", "--name-only", "--diff-filter=U", "--no-ext-diff", "-z"], options);
  const files = unmerged.split("\0").filter((name) => name !== "");
  if (files.length === 0) throw new GitError(["merge"], result);
  const shown = files.slice(0, 5).join(", ") + (files.length > 5 ? ` and ${files.length - 5} more` : "");
  throw new WorkingCopyError("MERGE_CONFLICT", `The dependencies' results conflict in ${shown}.`, files, commit);
}

async function readTip({ gitDir }: Skeleton, branch: string): Promise<string> {
  return (await readFile(join(gitDir, "refs", "heads", branch), "utf8")).trim();
}
