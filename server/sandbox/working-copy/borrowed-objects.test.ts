import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createGitTestbed } from "../../git-testbed.ts";
import { borrowedObjects } from "./borrowed-objects.ts";

const bed = createGitTestbed("borrowed");
afterAll(() => bed.remove());
const objects = (directory: string) => join(directory, ".git", "objects");

function clone(of: string, name: string): string {
  const directory = join(bed.root, name);
  bed.plainGit(bed.root, "clone", "-q", "--shared", of, directory);
  return directory;
}
const borrow = (clone: string, line: string) => writeFileSync(join(objects(clone), "info", "alternates"), `${line}\n`);

test("a clone borrows directly and in turn; a repository of its own from nobody", () => {
  const first = bed.repository();
  const second = clone(first, "second");
  const third = clone(second, 'with "quotes" in it');
  expect(borrowedObjects(first)).toEqual([]);
  expect(borrowedObjects(third)).toEqual([objects(second), objects(first)]);
});

test("a name that leads to no object store is not followed, and a circle ends", () => {
  const one = clone(bed.repository(), "one");
  const secrets = join(bed.root, "secrets", "objects");
  mkdirSync(secrets, { recursive: true });
  const byLink = join(bed.root, "objects");
  symlinkSync(join(bed.root, "secrets"), byLink);
  for (const line of [secrets, byLink, "/root/.ssh", "/", "../../nowhere", "# comment", ""]) {
    borrow(one, line);
    expect(borrowedObjects(one)).toEqual([]);
  }
  borrow(one, objects(one));
  expect(borrowedObjects(one)).toEqual([objects(one)]);
});
