import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GitError, type GitOptions, git } from "../../git.ts";
import { isCommitId, isSafeRef } from "../../git-ref.ts";
import type { Spawner } from "../spawner/spawner.ts";
import type { ProgramResult } from "../spawner/spawner-protocol.ts";
import { restoreSkeleton } from "./clone-skeleton.ts";
import { tipOf, WorkingCopyError } from "./working-copy.ts";

export interface PublishRequest {
  /** The project's repository (common directory). */
  gitDir: string;
  /** The clone. */
  directory: string;
  branch: string;
  commit: string;
  /** Where the branch has to stand; null: it must not exist. */
  expected: string | null;
  /** What the session started from, as far as the repository has it: a branch, and results of dependencies. */
  baseBranch: string;
  mergeCommits: readonly string[];
}

/**
 * Brings a commit out of a clone into the project's repository and points the branch there, if it still stands where
 * expected (compare-and-swap: of two publishers one wins). Done before with the same commit: fine. Throws
 * WorkingCopyError REF_MOVED, PUBLISH_FAILED.
 */
export async function publish(spawner: Spawner, request: PublishRequest): Promise<void> {
  const { gitDir, branch, commit, expected } = request;
  if (!isSafeRef(branch)) throw new WorkingCopyError("UNSAFE_NAME", "The branch has an unusable name.");
  if (!isCommitId(commit) || (expected !== null && !isCommitId(expected))) {
    throw new WorkingCopyError("COMMIT_NOT_FOUND", "What to publish is no full commit id.");
  }
  const clone = join(request.directory, ".git");
  await restoreSkeleton({ gitDir: clone, sourceDir: gitDir, isSha256: commit.length === 64 });
  if (!(await copyFew(spawner, request, clone))) await fetchCommit(spawner, gitDir, clone, commit);
  const ref = `refs/heads/${branch}`;
  const updated = await updateRef(spawner, gitDir, [ref, commit, expected ?? "0".repeat(commit.length)]);
  if (updated.exitCode === 0) return;
  const current = (await git(spawner, ["rev-parse", "--verify", "-q", ref], { gitDir })).stdout.trim();
  if (current === commit) return;
  if (current !== (expected ?? "")) {
    throw new WorkingCopyError(
      "REF_MOVED",
      `Somebody else has made the branch ${branch}: it stands at ${current || "nothing"}. The work was not written over it.`,
    );
  }
  throw new WorkingCopyError("PUBLISH_FAILED", `The branch ${branch} cannot be written: ${updated.stderr.trim()}`);
}

/** Longer than git holds the lock of one ref. */
const lockStaleMs = 2_000;
const lockLookMs = 200;

/**
 * A git that was killed (with its orchestrator) leaves the ref's lock behind. The branch is this attempt's own, so a lock
 * that has stood for so long is nobody's and goes.
 */
async function updateRef(spawner: Spawner, gitDir: string, change: [string, string, string]): Promise<ProgramResult> {
  const lock = join(gitDir, `${change[0]}.lock`);
  for (;;) {
    const updated = await git(spawner, ["update-ref", "--no-deref", ...change], { gitDir, config: toDisk });
    const held = updated.exitCode === 0 ? null : await stat(lock).catch(() => null);
    if (held === null) return updated;
    if (Date.now() - held.mtimeMs > lockStaleMs) await rm(lock, { force: true });
    else await sleep(lockLookMs);
  }
}

/** What a task is called done for outlives a power cut. */
const toDisk = { "core.fsync": "committed,loose-object,reference", "core.fsyncMethod": "batch" };

/** As many as git itself stores one by one instead of as a pack. */
const fewObjects = 100;
const largeBlob = "1m";
const fewBytes = 2 * 1024 * 1024;

/**
 * Writes the objects of a small result one by one, each checked, with all it refers to. A fetch reads every branch of the repository, some
 * 0.1 ms each, and leaves a pack that every git looks into from then on: a project that has had thousands of results would be slow.
 * False: there are many or large ones, or something is missing; the fetch finds out.
 */
async function copyFew(spawner: Spawner, request: PublishRequest, clone: string): Promise<boolean> {
  const { gitDir, commit, baseBranch, mergeCommits } = request;
  const base = await tipOf(spawner, gitDir, baseBranch).catch(() => null);
  if (base === null) return false;
  const packed = await git(spawner, ["pack-objects", "-q", "--revs", "--stdout", `--filter=blob:limit=${largeBlob}`], {
    gitDir: clone,
    encoding: "latin1",
    input: [commit, "--not", base, ...mergeCommits, ""].join("\n"),
    maxOutputBytes: fewBytes,
  });
  if (packed.exitCode !== 0 || packed.isTruncated || objectsIn(packed.stdout) > fewObjects) return false;
  const options: GitOptions = { gitDir, encoding: "latin1", input: packed.stdout, config: toDisk };
  return (await git(spawner, ["unpack-objects", "-q", "--strict"], options)).exitCode === 0;
}

/** "PACK", version, count: four bytes each. */
const objectsIn = (pack: string): number => Buffer.from(pack.slice(8, 12), "latin1").readUInt32BE();

/** Every object is checked on its way in: a session can put anything into its clone's object store. */
async function fetchCommit(spawner: Spawner, gitDir: string, clone: string, commit: string): Promise<void> {
  const flags = [
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-gc",
    "--recurse-submodules=no",
    "--refmap=",
  ];
  const options: GitOptions = {
    gitDir,
    protocols: ["file"],
    timeoutMs: 300_000,
    config: { "transfer.fsckObjects": "true" },
  };
  const args = ["fetch", ...flags, "--upload-pack=git-upload-pack", "--end-of-options", clone, commit];
  const result = await git(spawner, args, options);
  if (result.exitCode === 0) return;
  throw new WorkingCopyError("PUBLISH_FAILED", new GitError(args, result).message);
}
