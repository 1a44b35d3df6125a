import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { env } from "@/lib/env.ts";
import type { Driver } from "../../sandbox/port.ts";

/** What drives the agent of a session. The model's key goes to it alone, by its environment: never into a file or a command line. */
export const driverOf = (directory: string): Driver => ({
  command: process.execPath,
  args: [...driverProgram(), directory],
  environment: keys(),
});

/** Bundled, the driver lies beside the orchestrator; from source it is the .ts file. */
function driverProgram(): string[] {
  const bundled = fileURLToPath(new URL("./agent/driver.js", import.meta.url));
  if (existsSync(bundled)) return [bundled];
  const fromSource = new URL("../../../scripts/typescript.mjs", import.meta.url).href;
  return ["--import", fromSource, fileURLToPath(new URL("../../agent/driver.ts", import.meta.url))];
}

function keys(): Record<string, string> {
  const told = {
    RUNBOARD_GATE_API_KEY: env.ANTHROPIC_API_KEY,
    RUNBOARD_GATE_AUTH_TOKEN: env.ANTHROPIC_AUTH_TOKEN,
    RUNBOARD_GATE_OAUTH_TOKEN: env.CLAUDE_CODE_OAUTH_TOKEN,
  };
  return Object.fromEntries(Object.entries(told).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
