import { renameSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const bundled = new Map<string, string>();

/**
 * A program of ours from its source file, as one file that plain Node runs. Made once a process: whoever is started often would pay for
 * reading it by tsx each time, and many times over on a busy machine. Put in place whole, as several processes do so at once.
 */
export function fromSource(source: URL): string {
  const entry = fileURLToPath(source);
  const file = bundled.get(entry) ?? bundle(entry);
  bundled.set(entry, file);
  return file;
}

function bundle(entry: string): string {
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const name = basename(entry, ".ts");
  const file = fileURLToPath(new URL(`../.build/from-source/${name}.mjs`, import.meta.url));
  const own = `${file}.${process.pid}`;
  buildSync({
    entryPoints: [entry],
    ...{ outfile: own, bundle: true, platform: "node", target: "node20", format: "esm", packages: "external" },
  });
  renameSync(own, file);
  return file;
}
