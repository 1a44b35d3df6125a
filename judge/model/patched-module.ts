import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

/** A mistake one could make: what stands in a source, exactly once, and what a mistaken hand would write. */
export interface Patch {
  find: string;
  replace: string;
}

/** In a file of the product, relative to the repository's root. */
export interface FilePatch extends Patch {
  file: string;
}

const root = join(import.meta.dirname, "../..");
const scratch = join(root, "node_modules/.cache/runboard-judge");

/** Changes a source in one place. Throws unless `find` stands there exactly once, so no patch can go stale unseen. */
export function patched(source: string, { find, replace }: Patch): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`Found ${times} times instead of once: ${find}`);
  return source.replace(find, () => replace);
}

/** Throws when what the patch changes does not stand in its file any more. */
export function checkPatch({ file, ...patch }: FilePatch): void {
  patched(readFileSync(join(root, file), "utf8"), patch);
}

/**
 * A module as a copy of its own, together with all it imports from the product: one file of those has a mistake in it, and none
 * says anything to the log. `entry` is relative to the repository's root.
 */
export async function importPatched<Module>(entry: string, patch: FilePatch): Promise<Module> {
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
    plugins: [patching(join(root, patch.file), patch), silence],
  });
  const code = outputFiles[0]!.text;
  const path = join(scratch, `${createHash("sha256").update(code).digest("hex").slice(0, 16)}-${process.pid}.mjs`);
  mkdirSync(scratch, { recursive: true });
  writeFileSync(path, code);
  try {
    return (await import(pathToFileURL(path).href)) as Module;
  } finally {
    rmSync(path, { force: true });
  }
}

const patching = (target: string, patch: Patch): Plugin => ({
  name: "patch",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) =>
      path === target ? { contents: patched(readFileSync(path, "utf8"), patch), loader: "ts" } : null,
    ),
});

const silence: Plugin = {
  name: "silence",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/lib\/log\.ts$/ }, () => ({
      contents: "const say = () => {}; export const logger = { debug: say, info: say, warn: say, error: say };",
    })),
};
