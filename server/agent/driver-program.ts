import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromSource } from "../from-source.ts";

/** They wait most of the time: each needs little, and there is one beside each agent. */
const small = "--max-old-space-size=128";

/** Programs that stand beside an agent: driver.ts, gate-keeper.ts. */
type Name = "driver" | "gate-keeper";

/** What starts one: the session's directory is its next argument. Bundled they lie beside the orchestrator, under agent/. */
export function driverProgram(name: Name = "driver"): { command: string; args: string[] } {
  for (const place of [`./agent/${name}.js`, `./${name}.js`, `./server/agent/${name}.js`]) {
    const file = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(file)) return { command: process.execPath, args: [small, file] };
  }
  return { command: process.execPath, args: [small, fromSource(new URL(`./${name}.ts`, import.meta.url))] };
}
