import { homedir } from "node:os";
import { env } from "../lib/env.ts";
import type { Spawner } from "./sandbox/spawner/spawner.ts";
import type { ProgramResult } from "./sandbox/spawner/spawner-protocol.ts";

export interface GitOptions {
  /** The repository's directory itself, always explicit: nothing is discovered, a planted `.git` file is not followed. */
  gitDir?: string;
  /** Given whenever files of a working copy are read or written. */
  workTree?: string;
  /** The transports this command may use; none by default, so no configuration can make it fetch or run a helper. */
  protocols?: ("file" | "https" | "ssh")[];
  /** Settings that hold for this command above any file's; keys may contain anything. */
  config?: Record<string, string>;
  environment?: Record<string, string>;
  input?: string;
  /** "latin1" carries file names of any encoding through unchanged. */
  encoding?: "utf8" | "latin1";
  timeoutMs?: number;
  maxOutputBytes?: number;
  signal?: AbortSignal;
}

/** A git command that ended with an exit code its caller did not expect. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: string[], result: ProgramResult) {
    const why = result.timedOut ? "took too long" : result.stderr.trim() || `exit code ${result.exitCode}`;
    super(`git ${args[0]}: ${redact(why)}`);
    this.exitCode = result.exitCode;
    this.stderr = redact(result.stderr);
  }
}

const TIMEOUT_MS = 60_000;

/**
 * Every setting through which a repository can name a program to run is overridden; what is keyed by name (filters,
 * diff and merge drivers) is blanked by `namedPrograms`.
 */
const CONFIG: Record<string, string> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.pager": "cat",
  "core.editor": "true",
  "core.askPass": "true",
  "core.sshCommand": "ssh",
  "core.gitProxy": "",
  "core.alternateRefsCommand": "true",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "core.quotePath": "false",
  "core.protectHFS": "true",
  "core.protectNTFS": "true",
  "credential.helper": "",
  "commit.gpgSign": "false",
  "tag.gpgSign": "false",
  "merge.verifySignatures": "false",
  "gpg.program": "true",
  "gpg.ssh.program": "true",
  "gpg.x509.program": "true",
  "diff.external": "",
  "diff.ignoreSubmodules": "all",
  "status.submoduleSummary": "false",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "fetch.writeCommitGraph": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "protocol.allow": "never",
  "protocol.ext.allow": "never",
  "safe.directory": "*",
};

/**
 * Runs git on the host, whatever the repository's configuration says: no hook, filter, fsmonitor, pager, external diff,
 * helper or odd transport runs, no system or user configuration is read, nothing prompts. `args` is argv; put
 * `--end-of-options` or `--` before anything a person typed. Does not throw on exit codes: `gitOk` does.
 */
export async function git(spawner: Spawner, args: string[], options: GitOptions = {}): Promise<ProgramResult> {
  const settings = Object.entries(CONFIG).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  return spawner.run(
    {
      command: "git",
      args: ["--no-pager", "--no-replace-objects", ...settings, ...args],
      cwd: options.workTree ?? "/",
      env: gitEnvironment(options),
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      ...(options.input !== undefined && { input: options.input }),
      ...(options.encoding && { encoding: options.encoding }),
      ...(options.maxOutputBytes && { maxOutputBytes: options.maxOutputBytes }),
    },
    options.signal,
  );
}

/** As `git`, but throws GitError unless it ended with 0; returns stdout. */
export async function gitOk(spawner: Spawner, args: string[], options: GitOptions = {}): Promise<string> {
  const result = await git(spawner, args, options);
  if (result.exitCode !== 0 || result.isTruncated) throw new GitError(args, result);
  return result.stdout;
}

/**
 * Settings that blank every program a repository's own configuration names: filters, diff and merge drivers, transports.
 * To be passed as `config` where a repository which is not ours is touched with its working tree.
 */
export async function namedPrograms(spawner: Spawner, gitDir: string): Promise<Record<string, string>> {
  const listed = await gitOk(spawner, ["config", "--includes", "--list", "--name-only", "-z"], { gitDir });
  const blanked: Record<string, string> = {};
  for (const key of listed.split("\0")) {
    // Section and variable names are case-insensitive and come in lower case; what is between is kept as written.
    if (/^filter\..+\.(clean|smudge|process)$/s.test(key)) blanked[key] = "";
    if (/^filter\..+\.required$/s.test(key)) blanked[key] = "false";
    if (/^(diff\..+\.(command|textconv)|merge\..+\.driver|remote\..+\.(uploadpack|vcs))$/s.test(key)) blanked[key] = "";
    if (/^remote\..+\.promisor$/s.test(key)) blanked[key] = "false";
  }
  return blanked;
}

function gitEnvironment(options: GitOptions): Record<string, string> {
  const settings = Object.entries(options.config ?? {});
  const named = settings.flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ]);
  return {
    PATH: env.PATH,
    // ssh finds the person's keys through it, https the person's .netrc; a command without transports has no use for a home.
    HOME: options.protocols?.some((one) => one !== "file") ? homedir() : "/nonexistent",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_EDITOR: "true",
    // A file that takes nothing on its disk or in an object may be larger than this machine's memory.
    GIT_ALLOC_LIMIT: "2g",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oConnectTimeout=10",
    // Beats protocol.*.allow of any file, which -c protocol.allow does not.
    GIT_ALLOW_PROTOCOL: (options.protocols ?? []).join(":"),
    ...(options.gitDir && { GIT_DIR: options.gitDir }),
    ...(options.workTree && { GIT_WORK_TREE: options.workTree }),
    ...(named.length > 0 && { GIT_CONFIG_COUNT: String(settings.length) }),
    ...Object.fromEntries(named),
    ...options.environment,
  };
}

/** No password of a URL reaches a message, also one that holds an @ itself. */
export const redact = (text: string): string => text.replace(/(\w+:\/\/)[^/\s]+@/g, "$1");
