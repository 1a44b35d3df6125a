// The ACP agent that tests drive, in its pinned version. Does nothing when it is there. Its own copy of Claude Code, 330 MB, is optional
// to npm: tests give it the one that is installed next door.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL(".", import.meta.url));
const stamp = `${directory}node_modules/.runboard-lock`;

/** False, and a line that says so, when it cannot be had: the tests that need it are skipped. */
export function installAcpAgent() {
  const hash = createHash("sha256")
    .update(readFileSync(`${directory}package-lock.json`))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return true;
  console.log("Installing the ACP agent that tests drive (some 70 MB)…");
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], {
    cwd: directory,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status === 0) writeFileSync(stamp, hash);
  else console.log("It cannot be installed: tests with a real ACP agent are skipped.");
  return status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(installAcpAgent() ? 0 : 1);
