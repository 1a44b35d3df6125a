import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ownCpuQuota } from "./own-limits.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-quota-"));
afterAll(() => rmSync(root, { recursive: true }));

function group(path: string, files: Record<string, string>): string {
  const directory = join(root, path);
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries({ "cgroup.procs": "", ...files }))
    writeFileSync(join(directory, name), text);
  return directory;
}
const quota = (unified: string | null, cpu?: string) =>
  ownCpuQuota({ unified, controllers: new Map(cpu ? [["cpu", cpu]] : []) });

test("the least of all groups above us counts, of v2 as of v1; without any there is none", () => {
  group("two", { "cpu.max": "150000 100000\n" });
  const below = group("two/below", { "cpu.max": "max 100000\n" });
  const first = group("one", { "cpu.cfs_quota_us": "50000\n", "cpu.cfs_period_us": "100000\n" });
  const free = group("free", { "cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n" });
  expect(quota(below)).toBe(1.5);
  expect(quota(below, first)).toBe(0.5);
  expect(quota(null, free)).toBeNull();
  expect(quota(null)).toBeNull();
});
