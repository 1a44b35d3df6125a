// The peers in their pinned versions, and the programs they and the benches need, a browser among them. Does nothing when all is there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installSystemPackages, wantedBrowser } from "../../scripts/system-packages.mjs";

const directory = fileURLToPath(new URL(".", import.meta.url));
const stamp = `${directory}node_modules/.runboard-lock`;

/** A bench whose program is missing says so itself. Throws when the packages cannot be installed. */
export function installPeers() {
  installSystemPackages({
    ...wantedBrowser(),
    ...{ "redis-server": "redis-server", ninja: "ninja-build", make: "make", xargs: "findutils" },
    ...(process.platform === "linux" ? { bwrap: "bubblewrap", socat: "socat" } : {}),
  });
  const hash = createHash("sha256")
    .update(readFileSync(`${directory}package-lock.json`))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  console.log("Installing the peers…");
  const { status } = spawnSync("npm", ["ci"], { cwd: directory, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("The peers could not be installed: npm ci in bench/peers.");
  writeFileSync(stamp, hash);
}
