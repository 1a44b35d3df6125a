// Programs of the system that tests and benches call: on Debian as root they are installed, elsewhere they are named.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** `wanted`: the Debian package of each program, by the program's name. Answers what is still missing, by package. */
export function installSystemPackages(wanted) {
  const find = () => [...new Set(Object.entries(wanted).flatMap(([program, name]) => (onPath(program) ? [] : [name])))];
  const missing = find();
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0 || !onPath("apt-get")) {
    console.log(`Missing on this machine: ${missing.join(", ")}. Install them to run everything.`);
    return missing;
  }
  console.log(`Installing ${missing.join(", ")}…`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdio: ["ignore", "ignore", "inherit"] };
  spawnSync("apt-get", ["update", "-qq"], options);
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], options);
  const left = find();
  if (left.length > 0) console.log(`${left.join(", ")} could not be installed.`);
  return left;
}

/** The browser of tests and benches as something wanted; nothing where there is one already, by whatever name. */
export const wantedBrowser = () => (hasBrowser() ? {} : { chromium: "chromium" });

export const hasBrowser = () => ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].some(onPath);

export function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => existsSync(join(directory, program)));
}
