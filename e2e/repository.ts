import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A fresh git repository with one commit on main. */
export function freshRepository(): string {
  const directory = temporaryDirectory("repository");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=e2e", "-c", "user.email=e2e@localhost", ...args], { cwd: directory });
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(directory, "README.md"), "# fresh\n");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  return directory;
}

export const gitIn = (directory: string, ...args: string[]): string =>
  execFileSync("git", ["-C", directory, ...args], { encoding: "utf8" });
