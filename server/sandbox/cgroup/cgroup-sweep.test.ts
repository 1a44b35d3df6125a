import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sweepGroups } from "./cgroup-sweep.ts";

test("what a dead process left is removed, what is young, in use or of a living process stays", async () => {
  const root = mkdtempSync(join(tmpdir(), "runboard-sweep-"));
  const deadPid = 2 ** 22 + 1;
  const names = [
    `runboard-probe-${deadPid}-1`,
    `runboard-probe-${process.pid}-1`,
    "runboard-old",
    "runboard-used",
    "x",
  ];
  for (const name of names) mkdirSync(join(root, name));
  await sweepGroups(root);
  expect(existsSync(join(root, "runboard-old"))).toBe(true);
  expect(existsSync(join(root, names[0]!))).toBe(false);
  writeFileSync(join(root, "runboard-used", "cgroup.procs"), `${process.pid}\n`);
  await sweepGroups(root, Date.now() + 2 * 3_600_000);
  expect(readdirSync(root).sort()).toEqual([`runboard-probe-${process.pid}-1`, "runboard-used", "x"]);
  rmSync(root, { recursive: true });
});
