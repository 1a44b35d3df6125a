// Bundles the server's programs into .build, one file each.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = ["alone", "mcp", "sandbox/spawner/spawner-child", "agent/driver", "agent/gate-keeper"];

const common = {
  absWorkingDir: root,
  outbase: "server",
  outdir: ".build",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  logLevel: "warning",
};

/** Packages in CommonJS ask for Node's modules as such. */
const commonJs = { js: 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);' };

const sources = (names) => names.map((name) => `server/${name}.ts`);

export async function buildServer() {
  await build({ ...common, entryPoints: sources(programs), packages: "external" });
  await buildProduct();
  await buildCommandLine();
  await buildClient();
}

/**
 * What `npm start` runs: its packages come along, since finding and reading hundreds of files takes longer than running them.
 * Beside it stay those that look for files of their own, and in the web process also those the pages load anyway.
 */
async function buildProduct() {
  const external = ["next", "pino", "pg-native", "@lydell/node-pty", "@prisma/client/runtime/query_compiler*"];
  const product = { ...common, banner: commonJs, sourcesContent: false };
  // Without a navigator (Node 20) pg asks a Response where it runs, for which Node would load all of its fetch.
  const define = { navigator: '{"userAgent":"Node.js"}' };
  // Node reads the maps of these two: their stacks name our lines all the same.
  await build({ ...product, entryPoints: sources(["main", "orchestrator"]), external, define, minifyWhitespace: true });
  await build({ ...product, entryPoints: sources(["web"]), external: [...external, "pg", "@prisma/*"] });
  for (const name of ["main", "orchestrator", "web"]) makeAscii(`${root}.build/${name}.js`);
}

/** V8 keeps a source with a single character beyond Latin-1 at two bytes a character. What is left of them is in expressions and comments. */
function makeAscii(file) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(file, readFileSync(file, "utf8").replace(/[^\0-\x7f]/g, escaped));
}

/**
 * Starts with every command: its packages come along, since finding them costs more than running them, and what only some commands
 * use is loaded by those.
 */
export function buildCommandLine(outdir = `${root}.build`) {
  rmSync(`${outdir}/cli`, { recursive: true, force: true });
  return build({
    ...common,
    outdir,
    entryPoints: ["server/cli.ts"],
    splitting: true,
    chunkNames: "cli/[name]-[hash]",
    minifyWhitespace: true,
    minifySyntax: true,
    banner: commonJs,
  });
}

/** The typed client that others import as `runboard/client`: one file without packages, and its types beside it. */
async function buildClient() {
  await build({
    ...{ absWorkingDir: root, entryPoints: ["client/create-client.ts"], outfile: ".build/client.js" },
    ...{ bundle: true, platform: "neutral", target: "es2022", format: "esm", logLevel: "warning" },
  });
  copyFileSync(`${root}/lib/generated/client.d.ts`, `${root}/.build/client.d.ts`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer();
