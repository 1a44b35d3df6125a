// Bundles the server's programs into .build, one file each; packages stay in node_modules.
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = [
  "main",
  "alone",
  "web",
  "orchestrator",
  "mcp",
  "sandbox/spawner/spawner-child",
  "agent/driver",
  "agent/gate-keeper",
];

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

export async function buildServer() {
  await build({
    ...common,
    entryPoints: programs.map((name) => `server/${name}.ts`).filter((path) => existsSync(`${root}/${path}`)),
    packages: "external",
  });
  await buildCommandLine();
  await buildClient();
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
    // commander is CommonJS and asks for Node's modules as such.
    banner: { js: 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);' },
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
