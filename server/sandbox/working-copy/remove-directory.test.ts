import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { removeDirectory } from "./remove-directory.ts";
import { makeDeep } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-remove-"));
// Not by Node: it is what some of them cannot be deleted by.
afterAll(() => void execFileSync("rm", ["-rf", "--", root]));

test("a tree deeper than any path may be long is gone, and what its links point to stays", async () => {
  const [directory, outside] = [join(root, "deep"), join(root, "outside")];
  mkdirSync(outside, { mode: 0o500 });
  makeDeep(directory);
  symlinkSync(outside, join(directory, "link"));
  await removeDirectory(directory);
  expect(existsSync(directory)).toBe(false);
  expect(statSync(outside).mode & 0o777).toBe(0o500);
});

test("a deep tree that is write-protected is gone, too", async () => {
  const directory = join(root, "protected");
  makeDeep(directory);
  execFileSync("chmod", ["-R", "a-w", directory]);
  await removeDirectory(directory);
  expect(existsSync(directory)).toBe(false);
});

test("of a link only the link goes", async () => {
  const [outside, link] = [join(root, "whole"), join(root, "link")];
  mkdirSync(outside);
  writeFileSync(join(outside, "file"), "");
  symlinkSync(outside, link);
  await removeDirectory(link);
  await removeDirectory(link);
  expect([existsSync(link), readdirSync(outside)]).toEqual([false, ["file"]]);
});

test("what cannot be deleted is said", async () => {
  const place = join(root, "place");
  writeFileSync(place, "");
  await expect(removeDirectory(join(place, "below"))).rejects.toThrow(/ENOTDIR/);
  rmSync(place);
});
