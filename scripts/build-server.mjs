// Bundles the server's programs into .build, one file each; packages stay in node_modules.
import { copyFileSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = [
  "main",
  "alone",
  "web",
  "orchestrator",
  "cli",
  "mcp",
  "sandbox/spawner/spawner-child",
  "agent/driver",
];

export async function buildServer() {
  await build({
    absWorkingDir: root,
    entryPoints: programs.map((name) => `server/${name}.ts`).filter((path) => existsSync(`${root}/${path}`)),
    outbase: "server",
    outdir: ".build",
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
  await buildClient();
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
