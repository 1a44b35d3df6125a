// Bundles the server's programs into .build, one file each; packages stay in node_modules.
import { existsSync } from "node:fs";
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
  "agent/gate-keeper",
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
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer();
