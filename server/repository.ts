import { access, constants, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { type GitOptions, git, gitOk, namedPrograms, redact } from "./git.ts";
import { isSafeRef } from "./git-ref.ts";
import { enclosingRepository, locateRepository, type RepositoryLocation } from "./repository-location.ts";
import { checkNewRepositoryUrl } from "./repository-url.ts";
import type { Spawner } from "./sandbox/spawner/spawner.ts";

/** `branch`: one that has to exist. */
export type RepositorySource = ({ repoPath: string } | { repoUrl: string }) & { branch?: string };

export type RepositoryFault =
  | "NOT_ABSOLUTE"
  | "NOT_FOUND"
  | "NOT_A_REPOSITORY"
  | "NO_COMMITS"
  | "BRANCH_NOT_FOUND"
  | "UNREACHABLE"
  | "URL_NOT_ALLOWED"
  | "NOT_READABLE";

export interface RepositoryFacts {
  ok: true;
  kind: "working-copy" | "worktree" | "bare" | "url";
  /** Where objects and refs are (the common directory); null for a URL, which has none here. */
  gitDir: string | null;
  defaultBranch: string;
  /** The 200 most recently changed; for a URL the first 200 by name. */
  branches: string[];
  /** Of the branch asked for, else of HEAD. */
  headCommit: string;
  /** Whether the working copy equals its HEAD (new files count); null when there is none or it takes too long. */
  isClean: boolean | null;
  isWritable: boolean;
  /** The head commit holds no file. */
  isEmpty: boolean;
}

export type Inspection = RepositoryFacts | { ok: false; code: RepositoryFault; message: string };

const BRANCHES_MAX = 200;
const CLEAN_TIMEOUT_MS = 5_000;
const REMOTE_TIMEOUT_MS = 20_000;
const EMPTY_TREES = [
  "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
];

/** Looks at what a project would run on. Nothing of the repository is executed. Rejects only when `signal` aborts. */
export async function inspectRepository(
  spawner: Spawner,
  source: RepositorySource,
  signal?: AbortSignal,
): Promise<Inspection> {
  if (source.branch !== undefined && !isSafeRef(source.branch)) return branchNotFound(source.branch, []);
  try {
    if ("repoUrl" in source) return await inspectUrl(spawner, source.repoUrl, source.branch, signal);
    return await inspectPath(spawner, source.repoPath, source.branch, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return fault("NOT_READABLE", `Git cannot read the repository: ${redact((error as Error).message)}`);
  }
}

async function inspectPath(
  spawner: Spawner,
  path: string,
  branch: string | undefined,
  signal?: AbortSignal,
): Promise<Inspection> {
  if (!isAbsolute(path) || path.includes("\0")) {
    return fault("NOT_ABSOLUTE", `${quote(path)} is not an absolute path. Give the full path, from / on.`);
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? "ENOENT");
  if (found === "EACCES" || found === "EPERM") {
    return fault("NOT_READABLE", `${path} may not be read by the user Runboard runs as.`);
  }
  if (typeof found === "string") return fault("NOT_FOUND", `There is nothing at ${path} on the server's machine.`);
  if (!found.isDirectory()) return fault("NOT_A_REPOSITORY", `${path} is a file, not a directory.`);
  const location = await locateRepository(resolve(path));
  if (!location) return notARepository(resolve(path));
  return describePath(spawner, path, location, branch, signal);
}

async function describePath(
  spawner: Spawner,
  path: string,
  location: RepositoryLocation,
  branch: string | undefined,
  signal?: AbortSignal,
): Promise<Inspection> {
  const options: GitOptions = { gitDir: location.gitDir, ...(signal && { signal }) };
  const [listed, symbolic, isClean, isWritable] = await Promise.all([
    gitOk(spawner, ["for-each-ref", ...FORMAT, "refs/heads/"], options),
    git(spawner, ["symbolic-ref", "-q", "HEAD"], options),
    location.workTree ? isCleanCopy(spawner, location, signal) : null,
    mayWrite(location.commonDir),
  ]);
  const branches = listed.split("\n").filter((name) => name !== "" && isSafeRef(name));
  const head = await readHead(spawner, branch, branches, options);
  if (!head) return branch !== undefined && branches.length > 0 ? branchNotFound(branch, branches) : noCommits(path);
  return {
    ok: true,
    kind: location.workTree === null ? "bare" : location.gitDir === location.commonDir ? "working-copy" : "worktree",
    gitDir: location.commonDir,
    defaultBranch: pickDefault(symbolic.stdout.trim().replace(/^refs\/heads\//, ""), branches),
    branches,
    headCommit: head.commit,
    isClean,
    isWritable,
    isEmpty: EMPTY_TREES.includes(head.tree),
  };
}

/** Commit and tree of the branch asked for, else of HEAD, else (HEAD names a branch that is not there) of the default. */
async function readHead(
  spawner: Spawner,
  asked: string | undefined,
  branches: string[],
  options: GitOptions,
): Promise<{ commit: string; tree: string } | null> {
  const fallback = branches.length > 0 ? [`refs/heads/${pickDefault("", branches)}`] : [];
  for (const name of asked === undefined ? ["HEAD", ...fallback] : [`refs/heads/${asked}`]) {
    const args = ["log", "-1", "-s", "--no-show-signature", "--format=%H %T", "--end-of-options", name];
    const result = await git(spawner, args, options);
    const [commit, tree] = result.stdout.trim().split(" ");
    if (result.exitCode === 0 && commit && tree) return { commit, tree };
  }
  return null;
}

const FORMAT = ["--sort=-committerdate", `--count=${BRANCHES_MAX}`, "--format=%(refname:lstrip=2)"];

async function isCleanCopy(
  spawner: Spawner,
  location: RepositoryLocation,
  signal?: AbortSignal,
): Promise<boolean | null> {
  const { gitDir, workTree } = location;
  if (!workTree) return null;
  const status = await git(spawner, ["status", "--porcelain", "--ignore-submodules=all"], {
    gitDir,
    workTree,
    config: await namedPrograms(spawner, gitDir),
    timeoutMs: CLEAN_TIMEOUT_MS,
    ...(signal && { signal }),
  });
  return status.exitCode === 0 ? status.stdout === "" : null;
}

async function mayWrite(commonDir: string): Promise<boolean> {
  const places = [commonDir, join(commonDir, "objects"), join(commonDir, "refs")];
  const tries = await Promise.allSettled(places.map((place) => access(place, constants.W_OK)));
  return tries.every((one) => one.status === "fulfilled");
}

async function inspectUrl(
  spawner: Spawner,
  url: string,
  branch: string | undefined,
  signal?: AbortSignal,
): Promise<Inspection> {
  const check = checkNewRepositoryUrl(url);
  if (!check.ok) return fault("URL_NOT_ALLOWED", check.message);
  const args = [
    "ls-remote",
    "--symref",
    "--upload-pack=git-upload-pack",
    "--end-of-options",
    url,
    "HEAD",
    "refs/heads/*",
  ];
  const options: GitOptions = { protocols: [check.protocol], timeoutMs: REMOTE_TIMEOUT_MS, ...(signal && { signal }) };
  const result = await git(spawner, args, options);
  if (result.exitCode !== 0) return unreachable(url, result.timedOut ? "no answer within 20 s" : result.stderr);
  const lines = result.stdout.split("\n").map((line) => line.split("\t"));
  const commits = new Map(lines.filter(([id]) => /^[0-9a-f]{40,64}$/.test(id ?? "")).map(([id, ref]) => [ref, id]));
  const branches = [...commits.keys()]
    .flatMap((ref) => (ref?.startsWith("refs/heads/") ? [ref.slice(11)] : []))
    .filter(isSafeRef);
  const symbolic = lines.find(([target, ref]) => ref === "HEAD" && target?.startsWith("ref: "))?.[0] ?? "";
  if (branches.length === 0) {
    return fault("NO_COMMITS", `${redact(url)} has no commits yet. Push a first one: git push origin HEAD`);
  }
  if (branch !== undefined && !branches.includes(branch)) return branchNotFound(branch, branches);
  const defaultBranch = pickDefault(symbolic.replace("ref: refs/heads/", ""), branches);
  const headCommit = commits.get(`refs/heads/${branch ?? defaultBranch}`) ?? "";
  const facts = { kind: "url", gitDir: null, isClean: null, isWritable: false, isEmpty: false } as const;
  return { ok: true, ...facts, defaultBranch, branches: branches.slice(0, BRANCHES_MAX), headCommit };
}

/** HEAD's branch when it exists, else a usual name, else the most recent one. */
function pickDefault(head: string, branches: string[]): string {
  const candidates = [head, "main", "master"];
  return candidates.find((name) => branches.includes(name)) ?? branches[0] ?? head;
}

async function notARepository(path: string): Promise<Inspection> {
  const above = await enclosingRepository(path);
  if (above) return fault("NOT_A_REPOSITORY", `${path} is inside the repository ${above}. Give that path instead.`);
  return fault("NOT_A_REPOSITORY", `${path} is not a Git repository. To make it one: git -C ${shellQuote(path)} init`);
}

function noCommits(path: string): Inspection {
  const fix = `git -C ${shellQuote(path)} commit --allow-empty -m "First commit"`;
  return fault("NO_COMMITS", `The repository has no commit yet, so there is nothing to start from. Make one: ${fix}`);
}

function branchNotFound(branch: string, branches: string[]): Inspection {
  const known = branches.length > 0 ? ` There are: ${branches.slice(0, 10).join(", ")}.` : "";
  return fault("BRANCH_NOT_FOUND", `There is no branch ${quote(branch)}.${known}`);
}

function unreachable(url: string, why: string): Inspection {
  const fix = `Try it by hand as the user Runboard runs as: git ls-remote ${shellQuote(redact(url))}`;
  return fault("UNREACHABLE", `${redact(url)} cannot be reached: ${redact(why).trim().slice(0, 500)}. ${fix}`);
}

const fault = (code: RepositoryFault, message: string): Inspection => ({ ok: false, code, message });
const quote = (text: string): string => JSON.stringify(text.slice(0, 200));
const shellQuote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
