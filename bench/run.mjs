// npm run bench: every bench, then one table of all goals. npm run bench -- <name> […] [--smoke] [--rounds=5]: some of them.
// Each is a file of bench/benches and gets a process of its own, one after the other; in the smoke form, which measures nothing, three
// at a time. Nothing here fails for a time; a bench that cannot do its work does. Peers live in a package of their own (bench/peers)
// and are installed when first needed.
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, setUp, testing } from "../scripts/setup.mjs";
import { installPeers } from "./peers/install.mjs";

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("--"));
const asked = args.filter((arg) => !arg.startsWith("--"));
const output = flags.find((flag) => flag.startsWith("--output="))?.slice("--output=".length);
const isSmoke = flags.includes("--smoke");
const benches = readdirSync(join(root, "bench/benches"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length));
/** It takes half an hour and compares with nothing: by name, or in its smoke form. */
const byNameOnly = ["soak"];
const smokeMaxMs = 5 * 60_000;
const unknown = asked.filter((name) => !benches.includes(name));
if (unknown.length > 0) {
  console.log(
    `There is no bench ${unknown.join(", ")}.\nnpm run bench [-- <${benches.join(" | ")}> […] [--smoke] [--rounds=5]]`,
  );
  process.exit(2);
}

await setUp(testing);
installPeers();
const names = asked.length > 0 ? asked : benches.filter((name) => isSmoke || !byNameOnly.includes(name));
const results = [];
const left = [...names];
const isShared = isSmoke && names.length > 1;
await Promise.all(Array.from({ length: isShared ? 3 : 1 }, () => work(isShared ? "pipe" : "inherit")));
results.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
if (output) writeFileSync(output, JSON.stringify(results));
const told = results.flatMap(({ measured }) => measured);
if (told.length > 0 && names.length > 1 && !isSmoke) await printAll(told);
const failed = results.filter(({ isDone }) => !isDone).map(({ name }) => name);
if (failed.length > 0) console.log(`\nThese could not do their work: ${failed.join(", ")}.`);
process.exit(process.exitCode ?? (failed.length > 0 ? 1 : 0));

async function printAll(lines) {
  const { tsImport } = await import("tsx/esm/api");
  const { printReport } = await tsImport("./report.ts", import.meta.url);
  const { machine } = await tsImport("./machine.ts", import.meta.url);
  console.log(`\n${machine()}\n`);
  printReport(lines.toSorted((a, b) => a.goal.localeCompare(b.goal, "en", { numeric: true })));
}

/** Takes one bench after the other from those that are left. What one beside another says is printed when it has ended. */
async function work(stdio) {
  for (let name = left.shift(); name !== undefined && !process.exitCode; name = left.shift()) {
    const began = performance.now();
    const title = `npm run bench -- ${[name, ...flags.filter((flag) => !flag.startsWith("--output="))].join(" ")}`;
    if (stdio === "inherit") console.log(`\n── ${title}`);
    const { said, ...result } = await resultOf(name, stdio);
    if (stdio === "pipe") console.log(`\n── ${title}\n${said.trim()}`);
    results.push({ name, ...result });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`── ${name}: ${result.isDone ? "done" : "FAILED"} in ${seconds} s`);
  }
}

/** In a process group of its own, so that all it started can be ended when it broke off. */
function resultOf(name, stdio) {
  return new Promise((resolve) => {
    const options = flags.filter((flag) => !flag.startsWith("--output="));
    const child = spawn(process.execPath, ["--import", "tsx", "bench/run-bench.ts", name, ...options], {
      cwd: root,
      stdio: ["ignore", stdio, stdio, "ipc"],
      detached: true,
    });
    let measured = [];
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (said += text));
    child.on("message", (message) => {
      measured = message;
    });
    const end = () => {
      try {
        process.kill(-child.pid, "SIGTERM");
      } catch {}
    };
    const late = isSmoke ? setTimeout(end, smokeMaxMs) : undefined;
    const stop = () => {
      end();
      process.exitCode = 130;
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
    child.once("exit", end);
    child.once("close", (code) => {
      clearTimeout(late);
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, stop);
      resolve({ isDone: code === 0, measured, said });
    });
  });
}
