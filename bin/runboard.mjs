#!/usr/bin/env node
// The command line, from any directory and through any link. On a bare clone it is built first, which stderr tells.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const program = new URL("../.build/cli.js", import.meta.url);
const setup = fileURLToPath(new URL("../scripts/setup.mjs", import.meta.url));

if (!existsSync(program)) {
  const steps = ["packages", "client", "routes", "server"];
  const { status } = spawnSync(process.execPath, [setup, ...steps], { stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
// Node 22 keeps what it compiled, so the next command starts sooner.
module.enableCompileCache?.();
await import(program.href);
