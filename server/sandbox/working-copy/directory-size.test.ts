import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { directorySize } from "./directory-size.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-size-"));
afterAll(() => rmSync(root, { recursive: true }));
const mib = 1024 ** 2;

test("counts what files take, deep ones too, a file of two names once and what links point to not at all", async () => {
  const directory = join(root, "counted");
  mkdirSync(join(directory, "a/b"), { recursive: true });
  writeFileSync(join(root, "outside"), Buffer.alloc(8 * mib, 1));
  writeFileSync(join(directory, "one"), Buffer.alloc(mib, 1));
  writeFileSync(join(directory, "a/b/two"), Buffer.alloc(2 * mib, 1));
  linkSync(join(directory, "one"), join(directory, "a/again"));
  symlinkSync(join(root, "outside"), join(directory, "link"));
  const bytes = await directorySize(directory);
  expect(bytes).toBeGreaterThanOrEqual(3 * mib);
  expect(bytes).toBeLessThan(3.5 * mib);
});

test("looks at no more than it may, and at nothing where there is nothing", async () => {
  const directory = join(root, "many");
  mkdirSync(directory);
  for (let n = 0; n < 50; n++) writeFileSync(join(directory, `${n}`), Buffer.alloc(8192, 1));
  expect(await directorySize(directory, 10)).toBe(10 * 8192);
  expect(await directorySize(directory)).toBe(50 * 8192);
  expect(await directorySize(join(root, "missing"))).toBe(0);
});
