import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { root, steps } from "./setup.mjs";

it("builds the server anew after a change to anything that is bundled with it", async () => {
  const programs = readdirSync(join(root, "server")).filter((name) => /^[^.]+\.ts$/.test(name));
  const { metafile } = await build({
    ...{ absWorkingDir: root, entryPoints: programs.map((name) => `server/${name}`), outdir: ".build" },
    ...{ bundle: true, write: false, metafile: true, platform: "node", format: "esm", packages: "external" },
  });
  const isSeen = (file: string) => steps.server.from.some((path) => file === path || file.startsWith(`${path}/`));
  expect(Object.keys(metafile.inputs).filter((file) => !isSeen(file))).toEqual([]);
});

it("refuses a step that is none, with those there are, before anything is done", () => {
  const args = [join(root, "scripts/setup.mjs"), "pagse"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toBe('There is no step "pagse". There are packages, development, client, routes, server, pages.\n');
});
