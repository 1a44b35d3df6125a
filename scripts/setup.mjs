// What `npm start`, `npm run dev` and `npm test` need first: packages, the database client, the server's bundle, the
// pages. Each step looks at a hash of what it is made from and does nothing when that has not changed.
// Runs on a bare clone: imports nothing but Node until the packages are there.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

export const steps = {
  packages: {
    title: "Installing packages",
    from: ["package-lock.json"],
    stamp: "node_modules/.runboard-lock",
    alreadyDone: () => isInstalled(({ dev, devOptional }) => !dev && !devOptional),
    run: () => install("--omit=dev"),
  },
  development: {
    title: "Installing what tests need",
    from: ["package-lock.json"],
    stamp: "node_modules/.runboard-development",
    alreadyDone: () => isInstalled(() => true),
    run: () => install("--include=dev"),
  },
  client: {
    title: "Generating the database client",
    from: ["prisma/schema.prisma", "scripts/generate-client.mjs", "package-lock.json"],
    stamp: "lib/generated/prisma/.runboard-schema",
    run: () => run(process.execPath, ["scripts/generate-client.mjs"]),
  },
  routes: {
    title: "Generating routes, commands and the client's types",
    from: [
      ...["lib", "scripts/generate-routes.ts", "server/cli/describe-catalogue.ts", "scripts/client-types"],
      "package-lock.json",
    ],
    stamp: "lib/generated/.runboard-routes",
    run: () => run(process.execPath, ["--import", "tsx", "scripts/generate-routes.ts"]),
  },
  server: {
    title: "Building the server",
    from: [
      ...["server", "client", "lib", "prisma/schema.prisma", "package-lock.json", "tsconfig.json"],
      // The demo comes with the orchestrator, the version with the command line.
      ...["prisma/seed.ts", "prisma/demo-files.ts", "package.json"],
      ...["scripts/build-server.mjs", "scripts/generate-routes.ts", "scripts/client-types"],
    ],
    stamp: ".build/.runboard-source",
    run: () => run(process.execPath, ["scripts/build-server.mjs"]),
  },
  pages: {
    title: "Building the pages",
    from: [
      ...["app", "components", "lib", "public", "next.config.ts", "postcss.config.mjs", "tsconfig.json"],
      ...["prisma/schema.prisma", "package-lock.json"],
    ],
    stamp: ".next/.runboard-source",
    run: () => run(process.execPath, ["node_modules/next/dist/bin/next", "build"], { NODE_ENV: "production" }),
  },
};

/** What a product needs that runs, and what else tests, judge and benches need. */
export const running = ["packages", "client", "routes", "server", "pages"];
export const testing = ["development", "client", "routes", "server", "pages"];

/** Makes `wanted` (names of steps) current, in their order. */
export async function setUp(wanted = running) {
  checkNode();
  checkNames(wanted);
  process.chdir(root);
  for (const [name, step] of Object.entries(steps)) if (wanted.includes(name)) await bringUpToDate(step);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Runboard needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function checkNames(wanted) {
  const unknown = wanted.find((name) => !Object.hasOwn(steps, name));
  if (unknown === undefined) return;
  console.error(`There is no step "${unknown}". There are ${Object.keys(steps).join(", ")}.`);
  process.exit(1);
}

async function bringUpToDate({ title, from, stamp, run: work, alreadyDone }) {
  const hash = hashOf(from);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  if (!alreadyDone?.()) {
    rmSync(stamp, { force: true });
    await withProgress(title, work);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  // The work may rewrite a source of its own (next build completes tsconfig.json once).
  writeFileSync(stamp, hashOf(from));
}

/** The exact packages of the lock file. What is there already stays: a product may be running on it. */
function install(kinds) {
  return run("npm", existsSync("node_modules") ? ["install", "--no-save", kinds] : ["ci", kinds]);
}

/** Packages that were installed by hand (npm install, npm ci) need not be installed again. */
function isInstalled(isWanted) {
  const hidden = "node_modules/.package-lock.json";
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, "utf8")).packages;
  const wanted = Object.entries(JSON.parse(readFileSync("package-lock.json", "utf8")).packages);
  return wanted.every(([path, entry]) => {
    if (path === "" || entry.link || !isWanted(entry)) return true;
    return installed[path] === undefined ? entry.optional === true : installed[path].version === entry.version;
  });
}

function hashOf(paths) {
  const hash = createHash("sha256").update(process.version);
  for (const path of paths.flatMap(filesUnder)) hash.update(`\0${path}\0`).update(readFileSync(path));
  return hash.digest("hex");
}

/** Made by a step, or installed for tests: hundreds of megabytes that nothing is built from. */
const notSource = ["generated", "node_modules"];

function filesUnder(path) {
  if (!existsSync(path)) return [];
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    return [path];
  }
  const kept = entries.filter(({ name }) => !notSource.includes(name) && !name.includes(".test.")).sort(byName);
  return kept.flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]));
}

function byName(a, b) {
  return a.name < b.name ? -1 : 1;
}

async function withProgress(title, work) {
  const began = performance.now();
  const seconds = () => `${Math.round((performance.now() - began) / 1000)} s`;
  const live = process.stdout.isTTY;
  process.stdout.write(live ? `${title}…` : `${title}…\n`);
  const timer = live ? setInterval(() => process.stdout.write(`\r${title}… ${seconds()} `), 1000) : undefined;
  try {
    await work();
    if (live) process.stdout.write(`\r${title}… done in ${seconds()}\n`);
    else console.log(`${title}: done in ${seconds()}`);
  } catch (error) {
    if (live) process.stdout.write("\n");
    console.error(`${title} failed.\n${error.message}`);
    process.exit(1);
  } finally {
    clearInterval(timer);
  }
}

/** Runs a program quietly; what it said is shown only when it fails. Dies with us. */
function run(file, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", ...environment };
    const child = spawn(file, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const stop = (signal) => {
      child.kill(signal);
      process.exit(130);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.once(signal, stop);
    child.once("error", reject);
    child.once("close", (code) => {
      for (const signal of signals) process.off(signal, stop);
      if (code === 0) resolve();
      else reject(new Error(output.trim() || `${file} ${args.join(" ")} ended with code ${code}`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  await setUp(named.length > 0 ? named : running);
}
