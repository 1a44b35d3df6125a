import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type GitOptions, gitOk } from "./git.ts";
import { isSafeRef } from "./git-ref.ts";
import { locateRepository } from "./repository-location.ts";
import { checkRepositoryUrl } from "./repository-url.ts";
import type { Spawner } from "./sandbox/spawner/spawner.ts";

const TIMEOUT_MS = 600_000;

/**
 * Brings the bare copy of a URL project up to date, making it when it is missing. Branches follow the remote's, those
 * under runboard/ are ours and stay. One call at a time per directory. Throws GitError, or Error for a refused URL.
 */
export async function mirrorRepository(
  spawner: Spawner,
  url: string,
  directory: string,
  signal?: AbortSignal,
): Promise<{ gitDir: string; defaultBranch: string }> {
  const check = checkRepositoryUrl(url);
  if (!check.ok) throw new Error(check.message);
  const remote: GitOptions = { protocols: [check.protocol], timeoutMs: TIMEOUT_MS, ...(signal && { signal }) };
  const heads = await gitOk(
    spawner,
    ["ls-remote", "--symref", "--upload-pack=git-upload-pack", "--end-of-options", url, "HEAD"],
    remote,
  );
  if (!(await locateRepository(directory))) await createBare(directory, /^[0-9a-f]{64}\t/m.test(heads));
  const fetch = ["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--force"];
  const refs = ["+refs/heads/*:refs/heads/*", "^refs/heads/runboard/*"];
  await gitOk(spawner, [...fetch, "--upload-pack=git-upload-pack", "--end-of-options", url, ...refs], {
    ...remote,
    gitDir: directory,
    config: { "transfer.fsckObjects": "true" },
  });
  const defaultBranch = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(heads)?.[1] ?? "main";
  if (!isSafeRef(defaultBranch)) throw new Error(`The remote's default branch has an unusable name.`);
  await writeFile(join(directory, "HEAD"), `ref: refs/heads/${defaultBranch}\n`);
  return { gitDir: directory, defaultBranch };
}

/** An empty bare repository, complete from its first instant: made beside and renamed. */
async function createBare(directory: string, isSha256: boolean): Promise<void> {
  const fresh = `${directory}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  await mkdir(join(fresh, "refs", "heads"), { recursive: true, mode: 0o700 });
  await mkdir(join(fresh, "objects"), { mode: 0o700 });
  await writeFile(join(fresh, "config"), repositoryConfig({ isBare: true, isSha256 }));
  await writeFile(join(fresh, "HEAD"), "ref: refs/heads/main\n");
  await rename(fresh, directory);
}

/** The whole configuration of a repository we made. */
export function repositoryConfig({ isBare, isSha256 }: { isBare: boolean; isSha256: boolean }): string {
  const lines = [
    "[core]",
    `\trepositoryformatversion = ${isSha256 ? 1 : 0}`,
    "\tfilemode = true",
    `\tbare = ${isBare}`,
  ];
  if (process.platform === "darwin") lines.push("\tignorecase = true", "\tprecomposeunicode = true");
  lines.push("[gc]", "\tauto = 0");
  if (isSha256) lines.push("[extensions]", "\tobjectformat = sha256");
  return `${lines.join("\n")}\n`;
}
