import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A temporary directory and plain git for tests; never Runboard's own git wrapper, which is what they judge. */
export function createGitTestbed(name: string, parent = tmpdir()) {
  const root = realpathSync(mkdtempSync(join(parent, `runboard-${name}-`)));
  const plainGit = (directory: string, ...args: string[]): string =>
    execFileSync("git", args, {
      cwd: directory,
      encoding: "utf8",
      env: PLAIN,
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();

  function write(directory: string, files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  }

  function commit(directory: string, files: Record<string, string>, message = "change"): string {
    write(directory, files);
    plainGit(directory, "add", "-A");
    plainGit(directory, "commit", "-q", "-m", message);
    return plainGit(directory, "rev-parse", "HEAD");
  }

  function repository(files: Record<string, string> = { "a.txt": "a\n" }, ...options: string[]): string {
    const directory = mkdtempSync(join(root, "repository-"));
    plainGit(directory, "init", "-q", "-b", "main", ...options);
    if (Object.keys(files).length > 0) commit(directory, files, "first");
    return directory;
  }

  return { root, plainGit, write, commit, repository, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const PLAIN = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@localhost",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@localhost",
} as unknown as NodeJS.ProcessEnv;
