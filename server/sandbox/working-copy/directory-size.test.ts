import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { directorySize } from "./directory-size.ts";
import { makeDeep } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-size-"));
afterAll(() => void execFileSync("rm", ["-rf", "--", root]));
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

test("nothing is where there is nothing", async () => {
  expect(await directorySize(join(root, "missing"))).toBe(0);
});

test("more files than are looked at are more than any limit", async () => {
  const directory = join(root, "many");
  mkdirSync(directory);
  for (let n = 0; n < 50; n++) writeFileSync(join(directory, `${n}`), Buffer.alloc(8192, 1));
  expect(await directorySize(directory, 50)).toBe(50 * 8192);
  expect(await directorySize(directory, 49)).toBe(Number.POSITIVE_INFINITY);
});

test("what lies too deep to be looked at is more than any limit", async () => {
  const directory = join(root, "deep");
  makeDeep(directory);
  expect(await directorySize(directory)).toBe(Number.POSITIVE_INFINITY);
});

test.skipIf(process.getuid?.() === 0)(
  "a closed directory is more than any limit, unless it is open again at once",
  async () => {
    const directory = join(root, "closed");
    mkdirSync(join(directory, "inner"), { recursive: true });
    chmodSync(join(directory, "inner"), 0);
    expect(await directorySize(directory)).toBe(Number.POSITIVE_INFINITY);
    const asked = directorySize(directory);
    chmodSync(join(directory, "inner"), 0o700);
    expect(await asked).toBeLessThan(mib);
  },
);

test("a name that is no text hides nothing", async () => {
  const directory = Buffer.concat([Buffer.from(join(root, "named", "x")), Buffer.from([0xff])]);
  mkdirSync(directory, { recursive: true });
  writeFileSync(Buffer.concat([directory, Buffer.from("/file")]), Buffer.alloc(mib, 1));
  expect(await directorySize(join(root, "named"))).toBeGreaterThanOrEqual(mib);
});
