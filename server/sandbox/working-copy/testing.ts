import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { createGitTestbed } from "../../git-testbed.ts";
import type { Spawner } from "../spawner/spawner.ts";
import { collect } from "./collect-work.ts";
import { publish } from "./publish-work.ts";
import { prepare } from "./working-copy.ts";

/** For tests: a tree deeper than a path may be long, made as a session can: step by step, each from the one before. */
export function makeDeep(directory: string, levels = 25): void {
  mkdirSync(directory, { recursive: true });
  const step = 'i=0; while [ $i -lt "$1" ]; do mkdir "$2" && cd -P "$2" || exit 1; i=$((i+1)); done; : > file';
  execFileSync("sh", ["-c", step, "sh", `${levels}`, "d".repeat(200)], { cwd: directory, stdio: "ignore" });
}

export const author = { name: "Ada", email: "ada@localhost" };
export const branch = "runboard/DEMO-1/a1";

/** For tests: clones as sessions get them, brought home by `finish` and `release`. */
export function createSessions(bed: ReturnType<typeof createGitTestbed>, spawnerOf: () => Spawner) {
  return async function session(repository: string, more: { mergeCommits?: string[]; branch?: string } = {}) {
    const spawner = spawnerOf();
    const gitDir = existsSync(join(repository, ".git")) ? join(repository, ".git") : repository;
    const directory = join(mkdtempSync(join(bed.root, "session-")), "work");
    const request = { gitDir, baseBranch: "main", mergeCommits: [], branch, directory, ...more };
    const prepared = await prepare(spawner, request);
    const collecting = {
      directory,
      gitDir,
      branch: request.branch,
      startCommit: prepared.startCommit,
      message: "Work",
      author,
    };
    const finish = () => collect(spawner, collecting);
    const release = (commit: string, expected: string | null = null, mergeCommits = request.mergeCommits) =>
      publish(spawner, { ...request, commit, expected, mergeCommits });
    return { ...prepared, gitDir, directory, finish, release };
  };
}
