import { spawn } from "node:child_process";

/**
 * Runs a program to its end, as cheaply as Node can. Rejects when it fails.
 *
 * @param {import("./peer-process.mjs").CommandLine} commandLine
 * @returns {Promise<void>}
 */
export function runCommand({ command, args }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code ?? "a signal"}.`)),
    );
  });
}
