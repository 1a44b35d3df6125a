import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A driver waits most of the time: it needs little, and there is one beside each agent. */
const small = "--max-old-space-size=128";

/**
 * What starts a driver: the session's directory is its next argument. Bundled it lies beside the orchestrator under agent/; from source
 * it is read by tsx, without tsconfig's names: what it imports for more than types it names by its path.
 */
export function driverProgram(): { command: string; args: string[] } {
  for (const name of ["./agent/driver.js", "./driver.js", "./server/agent/driver.js"]) {
    const file = fileURLToPath(new URL(name, import.meta.url));
    if (existsSync(file)) return { command: process.execPath, args: [small, file] };
  }
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const source = fileURLToPath(new URL("./driver.ts", import.meta.url));
  return { command: process.execPath, args: [small, "--import", tsx, source] };
}
