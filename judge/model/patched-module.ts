import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { applyPatch, type Patch } from "../patch.ts";

const root = join(import.meta.dirname, "../..");
const scratch = join(root, "node_modules/.cache/runboard-judge");

/** Throws when what the patch changes does not stand in its file any more. */
export function checkPatch(patch: Patch): void {
  applyPatch(readFileSync(join(root, patch.file), "utf8"), patch);
}

/**
 * A module as a copy of its own, together with all it imports from the product: one file of those has a mistake in it, and none
 * says anything to the log. `entry` is relative to the repository's root.
 */
export async function importPatched<Module>(entry: string, patch: Patch): Promise<Module> {
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
      path === target ? { contents: applyPatch(readFileSync(path, "utf8"), patch), loader: "ts" } : null,
    ),
});

const silence: Plugin = {
  name: "silence",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/lib\/log\.ts$/ }, () => ({
      contents: "const say = () => {}; export const logger = { debug: say, info: say, warn: say, error: say };",
    })),
};
