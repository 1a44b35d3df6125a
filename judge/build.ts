import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { killPointBanner, killPointPatches } from "./campaign/kill-points.ts";
import { applyPatch, type Patch } from "./patch.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = ["main", "alone", "web", "orchestrator", "sandbox/spawner/spawner-child"];

interface TestBuild {
  /** Where it goes; made here. */
  directory: string;
  patches: readonly Patch[];
  /** shipped: as Next built them. none: Next is not started. */
  pages: "shipped" | "none";
}

/**
 * Builds the server with kill points and seeded bugs in it, in a directory that looks like the repository: no shipped file
 * knows of them. Returns the directory; `.build/main.js` in it starts the product. Throws when a patch does not fit.
 */
export async function makeTestBuild({ directory, patches, pages }: TestBuild): Promise<string> {
  mkdirSync(directory);
  for (const name of readdirSync(root)) {
    if (![".build", ".git"].includes(name)) symlinkSync(join(root, name), join(directory, name));
  }
  mkdirSync(join(directory, ".build"));
  const all = [...killPointPatches, ...patches, ...(pages === "none" ? [noPages] : [])];
  await build({
    absWorkingDir: root,
    entryPoints: programs.map((name) => `server/${name}.ts`),
    outbase: "server",
    outdir: join(directory, ".build"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: true,
    logLevel: "error",
    banner: { js: killPointBanner },
    plugins: [patching(all)],
  });
  return directory;
}

/** The texts of all patched files; throws with every patch that does not fit. */
export function patchedSources(patches: readonly Patch[]): Map<string, string> {
  const texts = new Map<string, string>();
  const misfits: string[] = [];
  for (const patch of patches) {
    const text = texts.get(patch.file) ?? readFileSync(join(root, patch.file), "utf8");
    try {
      texts.set(patch.file, applyPatch(text, patch));
    } catch (thrown) {
      misfits.push((thrown as Error).message);
    }
  }
  if (misfits.length > 0) throw new Error(misfits.join("\n"));
  return texts;
}

function patching(patches: readonly Patch[]): Plugin {
  const texts = patchedSources(patches);
  return {
    name: "judge",
    setup(one) {
      one.onLoad({ filter: /\/(server|lib)\/.*\.ts$/ }, ({ path }) => {
        const contents = texts.get(relative(root, path));
        return contents === undefined ? null : { contents, loader: "ts" };
      });
    },
  };
}

/** In place of Next. */
const noPages: Patch = {
  file: "server/web.ts",
  find: 'import { type Pages, preparePages } from "./next-pages.ts";',
  replace: 'import { type Pages, preparePages } from "../judge/campaign/no-pages.ts";',
};
