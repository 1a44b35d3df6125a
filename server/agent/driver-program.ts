import { existsSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** A driver waits most of the time: it needs little, and there is one beside each agent. */
const small = "--max-old-space-size=128";

/** What starts a driver: the session's directory is its next argument. Bundled it lies beside the orchestrator, under agent/. */
export function driverProgram(): { command: string; args: string[] } {
  for (const name of ["./agent/driver.js", "./driver.js", "./server/agent/driver.js"]) {
    const file = fileURLToPath(new URL(name, import.meta.url));
    if (existsSync(file)) return { command: process.execPath, args: [small, file] };
  }
  bundled ??= bundle();
  return { command: process.execPath, args: [small, bundled] };
}

let bundled: string | undefined;

/**
 * From source it is bundled once a process: each session would pay for reading it by tsx, and many times over on a busy machine. Put in
 * place whole, as several processes do so at once.
 */
function bundle(): string {
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const file = fileURLToPath(new URL("../../.build/from-source/driver.mjs", import.meta.url));
  const own = `${file}.${process.pid}`;
  buildSync({
    entryPoints: [fileURLToPath(new URL("./driver.ts", import.meta.url))],
    ...{ outfile: own, bundle: true, platform: "node", target: "node20", format: "esm", packages: "external" },
  });
  renameSync(own, file);
  return file;
}
