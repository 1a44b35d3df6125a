import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** For tests: a tree deeper than a path may be long, made as a session can: step by step, each from the one before. */
export function makeDeep(directory: string, levels = 25): void {
  mkdirSync(directory, { recursive: true });
  const step = 'i=0; while [ $i -lt "$1" ]; do mkdir "$2" && cd -P "$2" || exit 1; i=$((i+1)); done; : > file';
  execFileSync("sh", ["-c", step, "sh", `${levels}`, "d".repeat(200)], { cwd: directory, stdio: "ignore" });
}
