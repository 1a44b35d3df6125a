// npm run judge: the short form of every row of docs/reliability.md. npm run judge -- <row> […] [--long]: some of them.
// Each row is a file of judge/rows and gets a process, a home and a port of its own. Rows that mostly wait run side by side, then
// the others one after the other, with the machine to themselves. Prints one table at the end; ends with 1 when a row's correctness
// is broken. Times are printed and never asserted.
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, setUp, testing } from "../scripts/setup.mjs";

const args = process.argv.slice(2);
const isLong = args.includes("--long");
const output = args.find((arg) => arg.startsWith("--output="))?.slice("--output=".length);
const rows = readdirSync(join(root, "judge/rows"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length));
const asked = args.filter((arg) => !arg.startsWith("--"));
const unknown = asked.filter((name) => !rows.includes(name));
if (unknown.length > 0) {
  console.log(`There is no row ${unknown.join(", ")}.\nnpm run judge [-- <${rows.join(" | ")}> […] [--long]]`);
  process.exit(2);
}

/** In their short form these wait more than they work, and are far from what time is a goal of theirs. Longest first. */
const waiting = [
  ...["recovery", "wake-ups-off", "seeded-bugs", "monitor", "model", "descendants"],
  ...["ghosts", "disk-full", "embedded", "retry-storm", "reports"],
];
const lanes = 3;
const shortMs = 20 * 60_000;
const longMs = 12 * 3_600_000;
const graceMs = 20_000;

await setUp(testing);
const names = asked.length > 0 ? asked : rows;
const isWaiting = (name) => !isLong && waiting.includes(name);
const together = waiting.filter((name) => isWaiting(name) && names.includes(name));
const results = [];
if (together.length > 1) await Promise.all(Array.from({ length: lanes }, () => work(together, "pipe")));
await work([...together, ...names.filter((name) => !isWaiting(name))], "inherit");
if (process.exitCode) process.exit();
results.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
console.log("\n| row | goal | measured | met | command |\n|---|---|---|---|---|");
for (const result of results) console.log(lineOf(result));
if (output) writeFileSync(output, JSON.stringify(results));
process.exit(results.every(({ isCorrect }) => isCorrect) ? 0 : 1);

/** Takes one row after the other from those that are left. What a row beside others says is printed when it has ended. */
async function work(left, stdio) {
  for (let name = left.shift(); name !== undefined && !process.exitCode; name = left.shift())
    results.push(await runRow(name, stdio));
}

async function runRow(name, stdio) {
  const command = `npm run judge -- ${name}${isLong ? " --long" : ""}`;
  const began = performance.now();
  if (stdio === "inherit") console.log(`\n── ${command}`);
  let { said, ...result } = await resultOf(name, stdio);
  if (stdio === "pipe") console.log(`\n── ${command}\n${said.trimEnd()}`);
  if (process.env.CI && !result.isCorrect) {
    // As every other test in CI, on a machine that others load too. It is said, and counts as what it is: a flaw to be looked at.
    console.log(`── ${name}: BROKEN at the first try (${result.measured}); once more`);
    ({ said, ...result } = await resultOf(name, stdio));
    if (said) console.log(said.trimEnd());
    result.measured += " (second try)";
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`── ${name}: ${wordOf(result)} in ${seconds.toFixed(1)} s`);
  return { name, command, seconds, ...result };
}

/** A row that throws, or does not come to an end, is broken. In a process group of its own, so that all it started can be ended. */
function resultOf(name, stdio) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "judge/run-row.ts", name, ...(isLong ? ["--long"] : [])],
      {
        cwd: root,
        stdio: ["ignore", stdio, stdio, "ipc"],
        detached: true,
      },
    );
    let result = { goal: "", measured: "it ended without a result", isMet: false, isCorrect: false };
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (said += text));
    child.on("message", (message) => {
      result = message;
    });
    const end = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {}
    };
    const late = setTimeout(
      () => {
        result.measured = `it did not end within ${(isLong ? longMs : shortMs) / 60_000} minutes`;
        end("SIGTERM");
        setTimeout(() => end("SIGKILL"), graceMs).unref();
      },
      isLong ? longMs : shortMs,
    );
    const stop = () => {
      end("SIGTERM");
      process.exitCode = 130;
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
    // What a row that broke off has left: it may hold our pipes, and only then do they close.
    child.once("exit", () => end("SIGTERM"));
    child.once("close", (_code, signal) => {
      if (result.goal === "" && signal !== null) result.measured = `it was ended by ${signal}`;
      clearTimeout(late);
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, stop);
      resolve({ ...result, said });
    });
  });
}

function wordOf({ isCorrect, isMet }) {
  if (!isCorrect) return "BROKEN";
  return isMet ? "met" : "not met";
}

function lineOf({ name, goal, measured, command, ...result }) {
  const cell = (text) => String(text).replaceAll("|", "\\|").replaceAll("\n", " ");
  return `| ${name} | ${cell(goal)} | ${cell(measured)} | ${wordOf(result)} | \`${command}\` |`;
}
