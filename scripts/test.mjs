// npm test: everything from a bare clone. npm run check (--no-browser): the same without browser, judge and benches.
// Stops at the first step that fails; the last line counts the tests.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installAcpAgent } from "../server/agent/testing/programs/acp/install.mjs";
import { installTestPrograms } from "../server/agent/testing/programs/install.mjs";
import { root, setUp, testing } from "./setup.mjs";
import { hasBrowser, installSystemPackages, wantedBrowser } from "./system-packages.mjs";

const withBrowser = !process.argv.includes("--no-browser") && hasBrowserTests();
const results = mkdtempSync(join(tmpdir(), "runboard-results-"));
const counted = { passed: 0, failed: 0 };

const ok = await main();
rmSync(results, { recursive: true, force: true });
console.log(`\n${counted.passed} passed, ${counted.failed} failed`);
process.exit(ok ? 0 : 1);

async function main() {
  await setUp(withBrowser ? testing : ["development", "client", "routes"]);
  installSystemPackages({
    ...(withBrowser ? wantedBrowser() : {}),
    git: "git",
    ps: "procps",
    // What confines sessions and leads out to us; where they are not to be had their tests say that they are skipped.
    ...(process.platform === "linux" ? { bwrap: "bubblewrap", socat: "socat" } : {}),
    tmux: "tmux",
  });
  installTestPrograms();
  installAcpAgent();
  const unit = join(results, "unit.json");
  const colours = `--colors=${process.stdout.isTTY ? "force" : "off"}`;
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${unit}`];
  if (!(await step("Format and lint", "node_modules/@biomejs/biome/bin/biome", ["ci", colours, "."]))) return false;
  if (!(await step("Types", "node_modules/typescript/bin/tsc", ["--noEmit"]))) return false;
  if (!(await step("Tests", "node_modules/vitest/vitest.mjs", ["run", ...reporters], () => countVitest(unit))))
    return false;
  if (!withBrowser) return true;
  return (
    (await browserTests(join(results, "e2e.json"))) &&
    (await judge(join(results, "rows.json"))) &&
    benches(join(results, "benches.json"))
  );
}

async function browserTests(report) {
  if (!hasBrowser()) {
    console.log("\n── Browser tests: skipped, no Chromium found. Install chromium (Debian: apt-get install chromium).");
    return true;
  }
  const environment = { PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const args = ["test", "--reporter=list,json"];
  return step(
    "Browser tests",
    "node_modules/@playwright/test/cli.js",
    args,
    () => countPlaywright(report),
    environment,
  );
}

/** The short form of every row of docs/reliability.md. */
function judge(report) {
  return step("Judge", "judge/run.mjs", [`--output=${report}`], () => countRows(report));
}

/** The smoke form of every bench: that it does its work. Nothing fails for a time. */
function benches(report) {
  return step("Benches", "bench/run.mjs", ["--smoke", `--output=${report}`], () => countBenches(report));
}

/** One heading, the program's own output, the time it took. `count` adds its tests to the sum. */
async function step(title, program, args, count = () => 0, environment = {}) {
  console.log(`\n── ${title}`);
  const began = performance.now();
  const code = await run(program, args, environment);
  const failed = count();
  // A step that fails without a failing test (a lint error, a file that does not load) counts as one.
  if (code !== 0 && failed === 0) counted.failed += 1;
  console.log(
    `── ${title}: ${code === 0 ? "passed" : "FAILED"} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  return code === 0;
}

function run(program, args, environment) {
  return new Promise((resolve) => {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...environment };
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const pass = (signal) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, pass);
    child.once("close", (code) => {
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, pass);
      resolve(code ?? 1);
    });
  });
}

function countVitest(path) {
  const found = readJson(path);
  return add(found?.numPassedTests, found?.numFailedTests);
}

function countPlaywright(path) {
  const stats = readJson(path)?.stats;
  return add((stats?.expected ?? 0) + (stats?.flaky ?? 0), stats?.unexpected);
}

function countRows(path) {
  const rows = readJson(path) ?? [];
  const broken = rows.filter(({ isCorrect }) => !isCorrect).length;
  return add(rows.length - broken, broken);
}

function countBenches(path) {
  const benches = readJson(path) ?? [];
  const broken = benches.filter(({ isDone }) => !isDone).length;
  return add(benches.length - broken, broken);
}

function add(passed = 0, failed = 0) {
  counted.passed += passed;
  counted.failed += failed;
  return failed;
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

function hasBrowserTests() {
  return ["playwright.config.ts", "playwright.config.mjs"].some((name) => existsSync(join(root, name)));
}
