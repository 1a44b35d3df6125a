import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGitTestbed } from "../../git-testbed.ts";
import { type Spawner, startSpawner } from "../spawner/spawner.ts";
import { collect } from "./collect-work.ts";
import { removeDirectory } from "./remove-directory.ts";
import { author, branch, createSessions } from "./testing.ts";
import { prepare } from "./working-copy.ts";

const bed = createGitTestbed("working-copy");
let spawner: Spawner;
beforeAll(async () => {
  spawner = await startSpawner();
});
afterAll(async () => {
  await spawner.close();
  bed.remove();
});

const session = createSessions(bed, () => spawner);

describe("preparing a clone", () => {
  test("checks the base branch out on the session's branch, without a way back to the host", async () => {
    const repository = bed.repository({ "a.txt": "a\n", "dir/b.sh": "#!/bin/sh\n" });
    const one = await session(repository);
    expect(one.startCommit).toBe(bed.plainGit(repository, "rev-parse", "HEAD"));
    expect(one.baseCommit).toBe(one.startCommit);
    expect(bed.plainGit(one.directory, "symbolic-ref", "--short", "HEAD")).toBe(branch);
    expect(bed.plainGit(one.directory, "status", "--porcelain")).toBe("");
    expect(bed.plainGit(one.directory, "remote")).toBe("");
    expect(bed.plainGit(one.directory, "fsck")).toBe("");
    expect(readFileSync(join(one.directory, "a.txt"), "utf8")).toBe("a\n");
  });

  test.each([
    ["a SHA-256 repository", () => bed.repository({ "a.txt": "a\n" }, "--object-format=sha256")],
    ["a packed repository", () => pack(bed.repository())],
    ["a bare repository", () => cloned("--bare")],
    ["a repository that borrows objects itself", () => cloned("--shared")],
    ["a shallow repository", () => cloned("--depth=1")],
    ["a path with odd characters", () => cloned("--bare", 'o dd\n"q#')],
  ])("works from %s", async (_, make) => {
    const repository = make();
    const one = await session(repository);
    expect(readFileSync(join(one.directory, "a.txt"), "utf8")).toBe("a\n");
    bed.write(one.directory, { "new.txt": "n" });
    const { commit } = await one.finish();
    await one.release(commit as string);
    expect(bed.plainGit(repository, "rev-parse", branch)).toBe(commit);
  });

  test("works from a linked worktree", async () => {
    const repository = bed.repository();
    const linked = join(bed.root, "linked");
    bed.plainGit(repository, "worktree", "add", "-q", "-b", "side", linked);
    const gitDir = bed.plainGit(linked, "rev-parse", "--absolute-git-dir");
    const directory = join(bed.root, "from-linked");
    await prepare(spawner, { gitDir, baseBranch: "side", mergeCommits: [], branch, directory });
    expect(existsSync(join(directory, "a.txt"))).toBe(true);
  });

  test("starts with the results of all dependencies, and merges only what is needed", async () => {
    const repository = bed.repository();
    const base = bed.plainGit(repository, "rev-parse", "HEAD");
    bed.plainGit(repository, "checkout", "-q", "-b", "x");
    const x = bed.commit(repository, { "x.txt": "x" });
    const x2 = bed.commit(repository, { "x2.txt": "x" });
    bed.plainGit(repository, "checkout", "-q", "-b", "y", base);
    const y = bed.commit(repository, { "y.txt": "y" });
    const chain = await session(repository, { mergeCommits: [base, x, x2] });
    expect(chain).toMatchObject({ baseCommit: base, startCommit: x2 });
    const both = await session(repository, { mergeCommits: [x, y, x2] });
    expect(bed.plainGit(both.directory, "log", "-1", "--format=%P %an", both.startCommit)).toBe(`${y} ${x2} Runboard`);
    for (const name of ["x.txt", "x2.txt", "y.txt"]) expect(existsSync(join(both.directory, name))).toBe(true);
    expect(await both.finish()).toMatchObject({ commit: null, changedFiles: [] });
  });

  test("names the files in which dependencies conflict", async () => {
    const repository = bed.repository();
    const base = bed.plainGit(repository, "rev-parse", "HEAD");
    bed.plainGit(repository, "checkout", "-q", "-b", "x");
    const x = bed.commit(repository, { "a.txt": "x", "é \n.txt": "1" });
    bed.plainGit(repository, "checkout", "-q", "-b", "y", base);
    const y = bed.commit(repository, { "a.txt": "y", "é \n.txt": "2" });
    await expect(session(repository, { mergeCommits: [x, y] })).rejects.toMatchObject({
      code: "MERGE_CONFLICT",
      files: ["a.txt", "é \n.txt"],
      commit: y,
    });
  });

  test.each([
    [{ baseBranch: "gone" }, "BRANCH_NOT_FOUND"],
    [{ baseBranch: "--upload-pack=touch canary" }, "UNSAFE_NAME"],
    [{ branch: "-b" }, "UNSAFE_NAME"],
    [{ branch: "../../x" }, "UNSAFE_NAME"],
    [{ startCommit: "HEAD" }, "COMMIT_NOT_FOUND"],
    [{ startCommit: "1".repeat(40) }, "COMMIT_NOT_FOUND"],
    [{ mergeCommits: ["--all"] }, "COMMIT_NOT_FOUND"],
    [{ mergeCommits: ["1".repeat(40)] }, "COMMIT_NOT_FOUND"],
    [{ gitDir: "/nowhere" }, "REPOSITORY_MISSING"],
  ])("refuses %j", async (wrong, code) => {
    const gitDir = join(bed.repository(), ".git");
    const directory = join(mkdtempSync(join(bed.root, "refused-")), "work");
    const request = { gitDir, baseBranch: "main", mergeCommits: [], branch, directory, ...wrong };
    await expect(prepare(spawner, request)).rejects.toMatchObject({ code });
  });
});

describe("collecting and publishing", () => {
  test("nothing changed: one git process and no commit", async () => {
    const one = await session(bed.repository());
    let calls = 0;
    const counting: Spawner = {
      ...spawner,
      run: (...args) => {
        calls++;
        return spawner.run(...args);
      },
    };
    const { directory, gitDir, startCommit } = one;
    const collected = await collect(counting, { directory, gitDir, branch, startCommit, message: "m", author });
    expect(collected).toEqual({ commit: null, changedFiles: [], skippedRepositories: [] });
    expect(calls).toBe(1);
  });

  test("commits new, changed, deleted and replaced files, obeys .gitignore and keeps odd names", async () => {
    const repository = bed.repository({ "a.txt": "a", "gone.txt": "g", "d/x": "x", f: "f", ".gitignore": "*.log\n" });
    const one = await session(repository);
    bed.write(one.directory, {
      "a.txt": "b",
      "-n": "dash",
      "é\n.txt": "e",
      "x.log": "ignored",
      "run.sh": "#!/bin/sh\n",
    });
    chmodSync(join(one.directory, "run.sh"), 0o755);
    writeFileSync(Buffer.concat([Buffer.from(`${one.directory}/`), Buffer.from([0xff, 0xfe])]), "bytes");
    rmSync(join(one.directory, "gone.txt"));
    rmSync(join(one.directory, "d"), { recursive: true });
    symlinkSync("/etc", join(one.directory, "d"));
    rmSync(join(one.directory, "f"));
    bed.write(one.directory, { "f/deep": "deep" });
    const { commit, changedFiles } = await one.finish();
    expect(changedFiles).toEqual(
      expect.arrayContaining(["-n", "a.txt", "d", "d/x", "f", "f/deep", "gone.txt", "run.sh", "é\n.txt"]),
    );
    expect(changedFiles).toHaveLength(10);
    await one.release(commit as string);
    expect(bed.plainGit(one.directory, "status", "--porcelain")).toBe("");
    expect(bed.plainGit(repository, "ls-tree", branch, "run.sh", "d")).toMatch(/120000 .*\td\n100755 .*\trun.sh/s);
    expect(bed.plainGit(repository, "log", "-1", "--format=%an %cn %s", branch)).toBe("Ada Runboard Work");
    expect(bed.plainGit(repository, "fsck")).toBe("");
  });

  test("keeps the session's own commits, on whatever branch it made them, and adds the rest", async () => {
    const repository = bed.repository();
    const one = await session(repository);
    bed.plainGit(one.directory, "checkout", "-q", "-b", "elsewhere");
    const own = bed.commit(one.directory, { "own.txt": "o" });
    bed.write(one.directory, { "rest.txt": "r" });
    const { commit, changedFiles } = await one.finish();
    expect(changedFiles).toEqual(["own.txt", "rest.txt"]);
    expect(bed.plainGit(one.directory, "rev-parse", `${commit}^`, branch)).toBe(`${own}\n${commit}`);
    await one.release(commit as string);
    expect(bed.plainGit(repository, "branch", "--list", "--format=%(refname:short)")).toBe(`main\n${branch}`);
  });

  test("runs nothing a session planted: 0 canaries", async () => {
    const repository = bed.repository({ "a.txt": "a\n", ".gitattributes": "* filter=evil diff=evil merge=evil\n" });
    const one = await session(repository);
    const canary = join(bed.root, "canary");
    plant(one.directory, canary);
    bed.write(one.directory, { "a.txt": "changed\n", "b.txt": "b\n" });
    const { commit, changedFiles, skippedRepositories } = await one.finish();
    await one.release(commit as string);
    expect(changedFiles).toEqual(["a.txt", "b.txt"]);
    expect(skippedRepositories).toEqual(["nested/"]);
    expect(existsSync(canary)).toBe(false);
    // The control: an unguarded git does run them.
    plant(one.directory, canary);
    bed.write(one.directory, { "a.txt": "again\n" });
    bed.plainGit(one.directory, "status");
    expect(existsSync(canary)).toBe(true);
  });

  test.each([
    ["a file", (work: string, other: string) => writeFileSync(join(work, ".git"), `gitdir: ${other}/.git\n`)],
    ["a link", (work: string, other: string) => symlinkSync(join(other, ".git"), join(work, ".git"))],
    ["nothing", () => {}],
  ])("refuses a .git replaced by %s", async (_, replace) => {
    const one = await session(bed.repository());
    rmSync(join(one.directory, ".git"), { recursive: true });
    replace(one.directory, bed.repository());
    await expect(one.finish()).rejects.toMatchObject({ code: "HOSTILE_CLONE" });
  });

  test.each(["objects/aa", "refs/heads/x", "logs", "index", "HEAD", "objects/info/alternates", "info"])(
    "refuses a link at .git/%s, so no other repository is read or written",
    async (path) => {
      const one = await session(bed.repository());
      const secret = bed.repository({ "secret.txt": "secret" });
      rmSync(join(one.directory, ".git", path), { recursive: true, force: true });
      symlinkSync(join(secret, ".git", "objects"), join(one.directory, ".git", path));
      await expect(one.finish()).rejects.toMatchObject({ code: "HOSTILE_CLONE" });
      expect(bed.plainGit(secret, "fsck", "--strict")).toBe("");
    },
  );

  test("links to configuration and hooks outside are dropped, their targets untouched", async () => {
    const one = await session(bed.repository());
    const outside = mkdtempSync(join(bed.root, "outside-"));
    bed.write(outside, { config: "[core]", "hooks/x": "x" });
    for (const name of ["config", "hooks", "commondir", "config.worktree", "shallow"]) {
      rmSync(join(one.directory, ".git", name), { recursive: true, force: true });
      symlinkSync(join(outside, name), join(one.directory, ".git", name));
    }
    bed.write(one.directory, { "n.txt": "n" });
    expect((await one.finish()).changedFiles).toEqual(["n.txt"]);
    expect(readFileSync(join(outside, "config"), "utf8")).toBe("[core]");
    expect(existsSync(join(outside, "hooks/x"))).toBe(true);
  });

  test("a file replaced by a pipe counts as deleted, a staged and reverted change as none", async () => {
    const one = await session(bed.repository({ "a.txt": "a", "b.txt": "b" }));
    bed.write(one.directory, { "b.txt": "other" });
    bed.plainGit(one.directory, "add", "b.txt");
    bed.write(one.directory, { "b.txt": "b" });
    expect(await one.finish()).toMatchObject({ commit: null, changedFiles: [] });
    rmSync(join(one.directory, "a.txt"));
    execFileSync("mkfifo", [join(one.directory, "a.txt")]);
    expect((await one.finish()).changedFiles).toEqual(["a.txt"]);
  });

  test("a session's left-over conflict is committed as it stands", async () => {
    const repository = bed.repository();
    const one = await session(repository);
    bed.plainGit(one.directory, "checkout", "-q", "-b", "x");
    bed.commit(one.directory, { "a.txt": "x" });
    bed.plainGit(one.directory, "checkout", "-q", branch);
    bed.commit(one.directory, { "a.txt": "y" });
    expect(() => bed.plainGit(one.directory, "merge", "-q", "x")).toThrow();
    const { commit } = await one.finish();
    await one.release(commit as string);
    expect(bed.plainGit(repository, "show", `${branch}:a.txt`)).toContain("<<<<<<<");
  });

  test("objects of another repository cannot be borrowed by planted alternates", async () => {
    const repository = bed.repository();
    const one = await session(repository);
    const secret = bed.repository({ "secret.txt": "secret" });
    writeFileSync(join(one.directory, ".git/objects/info/alternates"), `${secret}/.git/objects\n`);
    writeFileSync(join(one.directory, ".git/refs/heads", branch), `${bed.plainGit(secret, "rev-parse", "HEAD")}\n`);
    await expect(one.finish()).rejects.toThrow();
    expect(bed.plainGit(repository, "branch", "--list", branch)).toBe("");
  });

  test("a pipe in .git does not hang the host, a left-over lock does not stop it", async () => {
    const one = await session(bed.repository());
    writeFileSync(join(one.directory, ".git/index.lock"), "");
    writeFileSync(join(one.directory, ".git/refs/heads", `${branch}.lock`), "");
    bed.write(one.directory, { "n.txt": "n" });
    expect((await one.finish()).changedFiles).toEqual(["n.txt"]);
    execFileSync("mkfifo", [join(one.directory, ".git/objects/pipe")]);
    await expect(one.finish()).rejects.toMatchObject({ code: "HOSTILE_CLONE" });
  });

  test("an object that is not what its name says is refused by the host's repository", async () => {
    const repository = bed.repository();
    const one = await session(repository);
    bed.write(one.directory, { "n.txt": "n" });
    const { commit } = await one.finish();
    const blob = bed.plainGit(one.directory, "rev-parse", `${commit}:n.txt`);
    const file = join(one.directory, ".git/objects", blob.slice(0, 2), blob.slice(2));
    chmodSync(file, 0o644);
    writeFileSync(file, "rubbish");
    await expect(one.release(commit as string)).rejects.toMatchObject({ code: "PUBLISH_FAILED" });
    expect(bed.plainGit(repository, "branch", "--list", branch)).toBe("");
  });

  test("a removed clone leaves the repository whole", async () => {
    const repository = bed.repository();
    const one = await session(repository);
    mkdirSync(join(one.directory, "ro"));
    chmodSync(join(one.directory, "ro"), 0o500);
    await removeDirectory(one.directory);
    expect(existsSync(one.directory)).toBe(false);
    expect(bed.plainGit(repository, "fsck")).toBe("");
  });
});

function pack(repository: string): string {
  bed.plainGit(repository, "pack-refs", "--all");
  bed.plainGit(repository, "gc", "-q");
  return repository;
}

function cloned(option: string, name = "clone"): string {
  const original = bed.repository();
  bed.commit(original, { "c.txt": "c" });
  const directory = join(mkdtempSync(join(bed.root, "clone-")), name);
  bed.plainGit(
    bed.root,
    "clone",
    "-q",
    option,
    `file://${original}`.replace(option === "--shared" ? "file://" : "\0", ""),
    directory,
  );
  return directory;
}

/** Every way we know to make git run a program from inside a clone. */
function plant(work: string, canary: string): void {
  const touch = `touch ${canary}; cat`;
  const script = `#!/bin/sh\n${touch}\n`;
  const config = ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "diff.external"]
    .concat([
      "filter.evil.clean",
      "filter.evil.smudge",
      "filter.evil.process",
      "diff.evil.textconv",
      "diff.evil.command",
    ])
    .concat(["merge.evil.driver", "gpg.program", "credential.helper", "uploadpack.packObjectsHook"])
    .concat(["core.alternateRefsCommand", "remote.origin.uploadpack"]);
  for (const key of config) bed.plainGit(work, "config", key, touch);
  const plain = {
    "commit.gpgSign": "true",
    "extensions.worktreeConfig": "true",
    "core.hooksPath": `${work}/.git/evil`,
  };
  for (const [key, value] of Object.entries(plain))
    execFileSync("git", ["config", "-f", `${work}/.git/config`, key, value]);
  for (const hook of [
    "pre-commit",
    "post-commit",
    "reference-transaction",
    "post-index-change",
    "post-checkout",
    "pre-auto-gc",
  ]) {
    for (const directory of [".git/evil", ".git/hooks"]) {
      bed.write(work, { [`${directory}/${hook}`]: script });
      chmodSync(join(work, directory, hook), 0o755);
    }
  }
  bed.write(work, {
    ".git/config.worktree": `[core]\n\tfsmonitor = "${touch}"\n`,
    ".git/info/attributes": "* filter=evil\n",
  });
  const nested = join(work, "nested");
  mkdirSync(nested, { recursive: true });
  bed.plainGit(nested, "init", "-q", "-b", "main");
  bed.commit(nested, { "n.txt": `${Math.random()}` });
  bed.plainGit(nested, "config", "core.fsmonitor", touch);
  bed.write(nested, { "n.txt": "dirty" });
  rmSync(canary, { force: true });
}
