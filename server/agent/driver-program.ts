import { existsSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

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
  const file = bundled.get(name) ?? bundle(name);
  bundled.set(name, file);
  return { command: process.execPath, args: [small, file] };
}

const bundled = new Map<Name, string>();

/**
 * From source it is bundled once a process: each session would pay for reading it by tsx, and many times over on a busy machine. Put in
 * place whole, as several processes do so at once.
 */
function bundle(name: Name): string {
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const file = fileURLToPath(new URL(`../../.build/from-source/${name}.mjs`, import.meta.url));
  const own = `${file}.${process.pid}`;
  buildSync({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
    ...{ outfile: own, bundle: true, platform: "node", target: "node20", format: "esm", packages: "external" },
  });
  renameSync(own, file);
  return file;
}
