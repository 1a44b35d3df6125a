// npm run bench: every bench, then the table of docs/performance.md. npm run bench -- <name> […] [--smoke] [--rounds=5]: some of them.
// Each is a file of bench/benches and gets a process of its own, one after the other. Nothing here fails for a time; a bench that
// cannot do its work does. Peers live in a package of their own (bench/peers) and are installed when first needed.
import { fork } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, setUp } from "../scripts/setup.mjs";
import { installPeers } from "./peers/install.mjs";

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("--"));
const asked = args.filter((arg) => !arg.startsWith("--"));
const output = flags.find((flag) => flag.startsWith("--output="))?.slice("--output=".length);
const benches = readdirSync(join(root, "bench/benches"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length));
const unknown = asked.filter((name) => !benches.includes(name));
if (unknown.length > 0) {
  console.log(
    `There is no bench ${unknown.join(", ")}.\nnpm run bench [-- <${benches.join(" | ")}> […] [--smoke] [--rounds=5]]`,
  );
  process.exit(2);
}

await setUp();
installPeers();
const told = [];
const failed = [];
for (const name of asked.length > 0 ? asked : benches) {
  if (process.exitCode) break;
  console.log(`\n── npm run bench -- ${name}`);
  const began = performance.now();
  const lines = await resultOf(name);
  if (lines === null) failed.push(name);
  else told.push(...lines);
  console.log(
    `── ${name}: ${lines === null ? "FAILED" : "done"} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
}
if (output) writeFileSync(output, JSON.stringify(told));
if (told.length > 0 && asked.length !== 1) {
  const { tsImport } = await import("tsx/esm/api");
  const { printReport } = await tsImport("./report.ts", import.meta.url);
  const { machine } = await tsImport("./machine.ts", import.meta.url);
  console.log(`\n${machine()}\n`);
  printReport(told.toSorted((a, b) => a.goal.localeCompare(b.goal, "en", { numeric: true })));
}
if (failed.length > 0) console.log(`\nThese could not do their work: ${failed.join(", ")}.`);
process.exit(process.exitCode ?? (failed.length > 0 ? 1 : 0));

/** What it measured; null when it broke off. */
function resultOf(name) {
  return new Promise((resolve) => {
    const options = flags.filter((flag) => !flag.startsWith("--output="));
    const child = fork(join(root, "bench/run-bench.ts"), [name, ...options], {
      cwd: root,
      execArgv: ["--import", "tsx"],
    });
    let lines = null;
    child.on("message", (message) => {
      lines = message;
    });
    const stop = (signal) => {
      child.kill(signal);
      process.exitCode = 130;
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
    child.once("close", (code) => {
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, stop);
      resolve(code === 0 ? lines : null);
    });
  });
}
