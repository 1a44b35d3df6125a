import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGitTestbed } from "../../git-testbed.ts";
import { type Spawner, startSpawner } from "../spawner/spawner.ts";
import { collect } from "./collect-work.ts";
import { disarmWork } from "./disarm-work.ts";
import { makeDeep } from "./testing.ts";
import { prepare } from "./working-copy.ts";

const bed = createGitTestbed("hostile-work");
let spawner: Spawner;
beforeAll(async () => {
  spawner = await startSpawner();
});
afterAll(async () => {
  await spawner.close();
  execFileSync("rm", ["-rf", "--", bed.root]);
});

const branch = "runboard/DEMO-1/a1";
const mib = 1024 ** 2;
const gib = 1024 ** 3;

/** A clone as a session left it, and its collecting. */
async function left(files: Record<string, string> = {}) {
  const gitDir = join(bed.repository({ "a.txt": "a\n", "sub/b.txt": "b\n", ".gitignore": "*.log\n" }), ".git");
  const directory = join(mkdtempSync(join(bed.root, "session-")), "work");
  const { startCommit } = await prepare(spawner, { gitDir, baseBranch: "main", mergeCommits: [], branch, directory });
  bed.write(directory, files);
  const author = { name: "Ada", email: "ada@localhost" };
  const finish = (maxBytes?: number) =>
    collect(spawner, { directory, gitDir, branch, startCommit, message: "Work", author, maxBytes });
  return { directory, gitDir, finish };
}

const pipe = (path: string) => execFileSync("mkfifo", [path]);
const holes = (path: string, bytes: number) => {
  writeFileSync(path, "");
  truncateSync(path, bytes);
};
const nested = (place: string, ...options: string[]) => {
  mkdirSync(place, { recursive: true });
  bed.plainGit(place, "init", "-q", "-b", "main", ...options);
};

describe("what would hold git up", () => {
  test.each([".gitignore", ".gitattributes", "sub/.gitignore", "new/.gitattributes", "new/a pipe", ".gitmodules"])(
    "a pipe in the place of %s goes, and the rest is collected",
    async (path) => {
      const one = await left({ "new/file": "n", "x.log": "ignored" });
      rmSync(join(one.directory, path), { force: true });
      pipe(join(one.directory, path));
      const { changedFiles } = await one.finish();
      expect(changedFiles).toContain("new/file");
      expect(changedFiles).not.toContain("new/a pipe");
      expect(existsSync(join(one.directory, path))).toBe(false);
    },
  );

  test("a pipe in a directory whose name is no text goes, too", async () => {
    const one = await left();
    mkdirSync(Buffer.concat([Buffer.from(`${one.directory}/`), Buffer.from([0xff])]));
    execFileSync("sh", ["-c", 'mkfifo "$1$(printf "/\\377/.gitignore")"', "sh", one.directory]);
    expect(await one.finish()).toMatchObject({ commit: null });
  });

  test.each<[string, (inner: string, outside: string) => void]>([
    ["whose refs hold a link", (inner, outside) => replace(join(inner, ".git/refs/heads/main"), join(outside, "HEAD"))],
    [
      "whose packed refs are a link",
      (inner, outside) => replace(join(inner, ".git/packed-refs"), join(outside, "HEAD")),
    ],
    ["that never ends to say where it is", (inner) => replace(join(inner, ".git/commondir"), "/dev/zero")],
    ["that is elsewhere, by a file", (inner, outside) => lead(inner, `gitdir: ${outside}`)],
    ["that is elsewhere, by a link", (inner, outside) => replace(join(inner, ".git"), outside)],
    ["that has its refs elsewhere", (inner, outside) => bed.write(inner, { ".git/commondir": `${outside}\n` })],
  ])("a repository %s is refused with its name", async (_, make) => {
    const one = await left({ "file.txt": "f" });
    const [inner, outside] = [join(one.directory, "in/ner"), mkdtempSync(join(bed.root, "outside-"))];
    nested(inner);
    nested(outside, "--bare");
    for (const name of ["HEAD", "refs/heads/main"]) {
      rmSync(join(outside, name), { force: true });
      pipe(join(outside, name));
    }
    bed.plainGit(one.directory, "update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},in/ner`);
    make(inner, outside);
    await expect(one.finish()).rejects.toMatchObject({
      code: "HOSTILE_CLONE",
      message: expect.stringMatching(/cannot look at safely: in\/ner\/\.git$/),
    });
  });

  test("repositories that are whole are left out as ever, wherever they lie", async () => {
    const one = await left({ "file.txt": "f" });
    const outside = bed.repository();
    nested(join(one.directory, "own"));
    symlinkSync("../../hooks", join(one.directory, "own/.git/hooks/pre-commit"));
    bed.plainGit(outside, "worktree", "add", "-q", join(one.directory, "tree"));
    mkdirSync(join(one.directory, "gone"));
    lead(join(one.directory, "gone"), "gitdir: ../nowhere");
    const { changedFiles, skippedRepositories } = await one.finish();
    expect([changedFiles, skippedRepositories.sort()]).toEqual([["file.txt"], ["own/", "tree/"]]);
  });

  test("a list of patterns that no memory holds is refused, and git takes no such memory either", async () => {
    const one = await left();
    holes(join(one.directory, "sub/.gitignore"), 20 * gib);
    await expect(one.finish()).rejects.toThrow("The session left a .gitignore of more than 100 MiB.");
    rmSync(join(one.directory, "sub/.gitignore"));
    mkdirSync(join(one.directory, ".git/info"), { recursive: true });
    holes(join(one.directory, ".git/info/exclude"), 20 * gib);
    await expect(one.finish()).rejects.toThrow(/^git status: fatal: attempting to allocate/);
  });

  test("too deep and too much are refused", async () => {
    const [deep, many] = [await left(), await left()];
    makeDeep(join(deep.directory, "deep"));
    await expect(deep.finish()).rejects.toMatchObject({
      code: "HOSTILE_CLONE",
      message: expect.stringMatching(/deep/),
    });
    await expect(disarmWork(many.directory, 3)).rejects.toThrow("more than 3 files");
  });
});

describe("what is larger than it looks", () => {
  const tooLarge = (words: RegExp) => ({ code: "TOO_LARGE", message: expect.stringMatching(words) });

  test("a file of holes is refused before anybody reads it, one that is ignored is not looked at", async () => {
    const one = await left();
    holes(join(one.directory, "x.log"), 50 * gib);
    expect(await one.finish()).toMatchObject({ commit: null });
    holes(join(one.directory, "sub/b.txt"), 50 * gib);
    await expect(one.finish()).rejects.toMatchObject(
      tooLarge(/^The session's work cannot be kept: sub\/b\.txt has 50 GiB, and a file may have 1\.0 GiB\./),
    );
    expect(bed.plainGit(one.directory, "count-objects")).toMatch(/^0 objects/);
  });

  test("what the session's disk may hold is the limit where it has one, of a file and of all together", async () => {
    const one = await left({ "é.bin": "x".repeat(mib) });
    expect((await one.finish(mib)).changedFiles).toEqual(["é.bin"]);
    bed.write(one.directory, { "é.bin": "x".repeat(mib + 1) });
    await expect(one.finish(mib)).rejects.toMatchObject(tooLarge(/é\.bin has 1\.0 MiB, and a file may have 1\.0 MiB/));
    const two = await left({ "1": "x".repeat(mib), "2": "y" });
    await expect(two.finish(mib)).rejects.toMatchObject(tooLarge(/files of more than 1\.0 MiB in all/));
  });

  test("an object whose file the session has hidden from git is found all the same", async () => {
    const one = await left();
    bed.commit(one.directory, { "big.bin": "x".repeat(mib + 1) });
    bed.plainGit(one.directory, "update-index", "--skip-worktree", "big.bin");
    rmSync(join(one.directory, "big.bin"));
    await expect(one.finish(mib)).rejects.toMatchObject(tooLarge(/big\.bin has/));
    expect((await one.finish()).changedFiles).toEqual(["big.bin"]);
  });
});

function replace(path: string, target: string): void {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}

function lead(place: string, words: string): void {
  rmSync(join(place, ".git"), { recursive: true, force: true });
  writeFileSync(join(place, ".git"), `${words}\n`);
}
