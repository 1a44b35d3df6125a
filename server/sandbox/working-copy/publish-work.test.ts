import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGitTestbed } from "../../git-testbed.ts";
import { type Spawner, startSpawner } from "../spawner/spawner.ts";
import { branch, createSessions } from "./testing.ts";

const bed = createGitTestbed("publish-work");
let spawner: Spawner;
beforeAll(async () => {
  spawner = await startSpawner();
});
afterAll(async () => {
  await spawner.close();
  bed.remove();
});

const session = createSessions(bed, () => spawner);

test("of two publishers one wins, and a repeated publication is fine", async () => {
  const repository = bed.repository();
  const [one, two] = [await session(repository), await session(repository)];
  bed.write(one.directory, { "1": "1" });
  bed.write(two.directory, { "2": "2" });
  const commits = [(await one.finish()).commit as string, (await two.finish()).commit as string];
  const tries = await Promise.allSettled([one.release(commits[0] as string), two.release(commits[1] as string)]);
  expect(tries.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  const lost = tries.find((one) => one.status === "rejected");
  expect(lost?.reason).toMatchObject({ code: "REF_MOVED" });
  const winner = tries[0]?.status === "fulfilled" ? one : two;
  await winner.release(bed.plainGit(repository, "rev-parse", branch));
});

test("a lock that a killed git left on the attempt's branch does not hold it up for long", async () => {
  const repository = bed.repository();
  const one = await session(repository);
  bed.write(one.directory, { "1": "1" });
  const commit = (await one.finish()).commit as string;
  bed.write(repository, { [`.git/refs/heads/${branch}.lock`]: "" });
  await one.release(commit);
  expect(bed.plainGit(repository, "rev-parse", branch)).toBe(commit);
  expect(existsSync(join(repository, `.git/refs/heads/${branch}.lock`))).toBe(false);
});

test("no branch of the repository but those it builds on is read: one that is broken stops nobody", async () => {
  const repository = bed.repository();
  const one = await session(repository);
  bed.write(one.directory, { "1": "1" });
  const commit = (await one.finish()).commit as string;
  bed.write(repository, { ".git/refs/heads/broken": `${"1".repeat(40)}\n` });
  await one.release(commit);
  expect(bed.plainGit(repository, "rev-parse", branch)).toBe(commit);
  // The control: a plain fetch reads them all.
  bed.write(one.directory, { "2": "2" });
  const other = (await one.finish()).commit as string;
  expect(() => bed.plainGit(repository, "fetch", "-q", one.directory, other)).toThrow(/broken/);
});

test.each([
  ["its base branch is gone", (repository: string) => bed.plainGit(repository, "branch", "-m", "main", "other")],
  ["its base branch is packed", (repository: string) => bed.plainGit(repository, "pack-refs", "--all")],
  [
    "its base branch was begun anew",
    (repository: string) => bed.plainGit(repository, "checkout", "-q", "--orphan", "x"),
  ],
])("is published when %s meanwhile", async (_, change) => {
  const repository = bed.repository();
  const one = await session(repository);
  bed.write(one.directory, { "1": "1" });
  const commit = (await one.finish()).commit as string;
  change(repository);
  await one.release(commit);
  expect(bed.plainGit(repository, "show", `${branch}:1`)).toBe("1");
  expect(bed.plainGit(repository, "fsck")).toBe("");
});

test("is published with the results it builds on, and also when one of them has vanished from the repository", async () => {
  const repository = bed.repository();
  bed.plainGit(repository, "checkout", "-q", "-b", "x");
  const x = bed.commit(repository, { "x.txt": "x" });
  bed.plainGit(repository, "checkout", "-q", "-b", "y", "main");
  const y = bed.commit(repository, { "y.txt": "y" });
  const one = await session(repository, { mergeCommits: [x, y] });
  bed.write(one.directory, { "1": "1" });
  const commit = (await one.finish()).commit as string;
  await one.release(commit, null, [x, y, "1".repeat(40)]);
  expect(bed.plainGit(repository, "ls-tree", "--name-only", branch)).toBe("1\na.txt\nx.txt\ny.txt");
});

test("a commit whose file is missing is refused, whatever the session says it started from", async () => {
  const repository = bed.repository();
  const one = await session(repository);
  bed.write(one.directory, { "1": "one of its own\n" });
  const commit = (await one.finish()).commit as string;
  const blob = bed.plainGit(one.directory, "rev-parse", `${commit}:1`);
  rmSync(join(one.directory, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  bed.write(one.directory, { ".git/refs/heads/main": `${commit}\n`, ".git/refs/heads/0": `${commit}\n` });
  await expect(one.release(commit)).rejects.toMatchObject({ code: "PUBLISH_FAILED" });
  expect(bed.plainGit(repository, "branch", "--list", branch)).toBe("");
  expect(bed.plainGit(repository, "fsck")).toBe("");
});

test.each([
  ["few files lie one by one", { "1": "1" }, 0],
  ["many come as a pack", Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`${n}`, `${n}`])), 1],
  ["a large one comes as a pack", { large: "x".repeat(2_000_000) }, 1],
])("of a result %s", async (_, files, packs) => {
  const repository = bed.repository();
  const one = await session(repository);
  bed.write(one.directory, files as Record<string, string>);
  await one.release((await one.finish()).commit as string);
  const names = readdirSync(join(repository, ".git/objects/pack"));
  expect(names.filter((name) => name.endsWith(".pack"))).toHaveLength(packs);
  expect(bed.plainGit(repository, "ls-tree", "--name-only", branch).split("\n")).toEqual(
    expect.arrayContaining(Object.keys(files)),
  );
  expect(bed.plainGit(repository, "fsck")).toBe("");
});

test("what it writes is for those the repository is shared with", async () => {
  const repository = bed.repository({ "a.txt": "a\n" }, "--shared=group");
  const one = await session(repository);
  bed.write(one.directory, { "1": "one of its own\n" });
  const commit = (await one.finish()).commit as string;
  await one.release(commit);
  const blob = bed.plainGit(repository, "rev-parse", `${commit}:1`);
  expect(statSync(join(repository, ".git/objects", blob.slice(0, 2))).mode & 0o020).toBe(0o020);
});

test("a stale expectation is refused and the ref stays", async () => {
  const repository = bed.repository();
  const one = await session(repository);
  bed.write(one.directory, { "1": "1" });
  const { commit } = await one.finish();
  await expect(one.release(commit as string, one.startCommit)).rejects.toMatchObject({ code: "REF_MOVED" });
  expect(bed.plainGit(repository, "branch", "--list", branch)).toBe("");
});
