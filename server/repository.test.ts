import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { git, redact } from "./git.ts";
import { isSafeRef } from "./git-ref.ts";
import { createGitTestbed } from "./git-testbed.ts";
import { inspectRepository } from "./repository.ts";
import { mirrorRepository } from "./repository-mirror.ts";
import { checkNewRepositoryUrl, checkRepositoryUrl } from "./repository-url.ts";
import { type Spawner, startSpawner } from "./sandbox/spawner/spawner.ts";

const bed = createGitTestbed("repository");
let spawner: Spawner;
beforeAll(async () => {
  spawner = await startSpawner();
});
afterAll(async () => {
  await spawner.close();
  bed.remove();
});

const inspect = (repoPath: string, branch?: string) =>
  inspectRepository(spawner, { repoPath, ...(branch !== undefined && { branch }) });

describe("inspecting a path", () => {
  test("a working copy: branches, head, clean and writable", async () => {
    const repository = bed.repository();
    bed.plainGit(repository, "branch", "feature/é");
    const headCommit = bed.plainGit(repository, "rev-parse", "HEAD");
    const facts = { kind: "working-copy", gitDir: join(repository, ".git"), defaultBranch: "main", headCommit };
    const found = await inspect(repository);
    expect(found).toMatchObject({ ok: true, ...facts, isClean: true, isWritable: true, isEmpty: false });
    expect(found.ok && found.branches.toSorted()).toEqual(["feature/é", "main"]);
    bed.write(repository, { "new.txt": "n" });
    expect(await inspect(repository)).toMatchObject({ isClean: false });
  });

  test("a bare repository, a linked worktree, a detached head, an empty tree", async () => {
    const repository = bed.repository();
    const bare = join(bed.root, "bare");
    bed.plainGit(bed.root, "clone", "-q", "--bare", repository, bare);
    expect(await inspect(bare)).toMatchObject({ ok: true, kind: "bare", gitDir: bare, isClean: null });
    const linked = join(bed.root, "linked");
    bed.plainGit(repository, "worktree", "add", "-q", "-b", "side", linked);
    expect(await inspect(linked)).toMatchObject({
      kind: "worktree",
      gitDir: join(repository, ".git"),
      defaultBranch: "side",
    });
    bed.plainGit(repository, "checkout", "-q", "--detach");
    expect(await inspect(repository)).toMatchObject({ ok: true, defaultBranch: "main" });
    bed.plainGit(bare, "symbolic-ref", "HEAD", "refs/heads/nowhere");
    expect(await inspect(bare)).toMatchObject({ ok: true, defaultBranch: "main" });
    const empty = bed.repository({});
    bed.plainGit(empty, "commit", "-q", "--allow-empty", "-m", "first");
    expect(await inspect(empty)).toMatchObject({ ok: true, isEmpty: true, isClean: true });
  });

  test("says what is wrong and how to cure it", async () => {
    expect(await inspect("relative/path")).toMatchObject({ code: "NOT_ABSOLUTE" });
    expect(await inspect("--upload-pack=touch x")).toMatchObject({ code: "NOT_ABSOLUTE" });
    expect(await inspect(join(bed.root, "nowhere"))).toMatchObject({ code: "NOT_FOUND" });
    const plain = mkdtempSync(join(bed.root, "it's plain-"));
    const found = await inspect(plain);
    expect(found).toMatchObject({ code: "NOT_A_REPOSITORY" });
    // The command is copyable as it stands.
    execFileSync("sh", ["-c", (found.ok ? "" : found.message).split("To make it one: ")[1] as string], {
      stdio: "pipe",
    });
    const unborn = await inspect(plain);
    expect(unborn).toMatchObject({ code: "NO_COMMITS", message: expect.stringContaining("commit --allow-empty") });
    const repository = bed.repository({ "sub/a": "a" });
    expect(await inspect(join(repository, "sub"))).toMatchObject({
      code: "NOT_A_REPOSITORY",
      message: expect.stringContaining(`inside the repository ${repository}.`),
    });
    expect(await inspect(repository, "gone")).toMatchObject({
      code: "BRANCH_NOT_FOUND",
      message: 'There is no branch "gone". There are: main.',
    });
    expect(await inspect(repository, "--output=x")).toMatchObject({ code: "BRANCH_NOT_FOUND" });
  });

  test("an aborted inspection rejects", async () => {
    const source = { repoPath: bed.repository() };
    await expect(inspectRepository(spawner, source, AbortSignal.abort())).rejects.toThrow();
  });

  test("S-16: nothing that the repository's configuration names runs: 0 canaries", async () => {
    const repository = bed.repository({ "a.txt": "a\n", ".gitattributes": "* filter=e=v.il diff=evil\n" });
    const canary = join(bed.root, "canary");
    const touch = `touch ${canary}; cat`;
    const keys = [
      "core.fsmonitor",
      "core.pager",
      "core.sshCommand",
      "diff.external",
      "diff.evil.textconv",
      "core.askPass",
    ];
    for (const key of [...keys, "filter.e=v.il.clean", "filter.e=v.il.process", "gpg.program", "log.showSignature"]) {
      bed.plainGit(repository, "config", key, key === "log.showSignature" ? "true" : touch);
    }
    bed.plainGit(repository, "config", "core.hooksPath", join(repository, ".git/evil"));
    for (const hook of ["post-index-change", "reference-transaction", "pre-commit"]) {
      bed.write(repository, { [`.git/evil/${hook}`]: `#!/bin/sh\n${touch}\n` });
      chmodSync(join(repository, ".git/evil", hook), 0o755);
    }
    bed.write(repository, { "a.txt": "changed\n" });
    rmSync(canary, { force: true });
    expect(await inspect(repository)).toMatchObject({ ok: true, isClean: false });
    expect(existsSync(canary)).toBe(false);
    // The control: an unguarded git does run them.
    bed.plainGit(repository, "status");
    expect(existsSync(canary)).toBe(true);
  });

  test("a .git file that leads to another repository is shown as what it is, a broken one is none", async () => {
    const directory = mkdtempSync(join(bed.root, "pointing-"));
    writeFileSync(join(directory, ".git"), "gitdir: /nowhere\n");
    expect(await inspect(directory)).toMatchObject({ code: "NOT_A_REPOSITORY" });
  });
});

describe("repository URLs", () => {
  test.each([
    ["https://example.org/a/b.git", "https"],
    ["https://user@example.org:8443/a", "https"],
    ["ssh://git@example.org/a.git", "ssh"],
    ["git@example.org:a/b.git", "ssh"],
    ["file:///srv/a.git", "file"],
  ])("allows %s", (url, protocol) => expect(checkRepositoryUrl(url)).toEqual({ ok: true, protocol }));

  test.each(
    [
      "--upload-pack=touch x",
      "-x",
      "ext::sh -c touch% x",
      "ext::sh",
      "http://example.org/a",
      "git://example.org/a",
    ].concat(
      [
        "ftp://x/y",
        "file://relative",
        "file:///a/../b",
        "ssh://-oProxyCommand=touch x/y",
        "ssh://-oProxyCommand=x/y",
        "",
      ],
      [
        "git@-oProxyCommand=x:a",
        "-git@example.org:a",
        "git@example.org:-oX",
        "git@example.org:/-oX",
        "a@b:::c",
        "fd::3",
      ],
      [
        "ssh://-u@example.org/a",
        "https:///a",
        "https://example.org",
        "https://example.org/\na",
        "/srv/a",
        "example.org:a",
      ],
      ["https://exa\u202emple.org/a", "transport::address", "git@host::x", "HTTPS://example.org/a", "ssh://host/-x"],
    ),
  )("S-15: refuses %j", async (url) => {
    expect(checkRepositoryUrl(url)).toMatchObject({ ok: false });
    expect(await inspectRepository(spawner, { repoUrl: url })).toMatchObject({ code: "URL_NOT_ALLOWED" });
  });

  test("inspects and mirrors, follows the remote and keeps our own branches", async () => {
    const origin = bed.repository();
    bed.plainGit(origin, "branch", "old");
    const url = `file://${origin}`;
    expect(await inspectRepository(spawner, { repoUrl: url })).toMatchObject({
      ok: true,
      kind: "url",
      defaultBranch: "main",
      branches: ["main", "old"],
      headCommit: bed.plainGit(origin, "rev-parse", "HEAD"),
    });
    const directory = join(bed.root, "mirrors", "one.git");
    expect(await mirrorRepository(spawner, url, directory)).toEqual({ gitDir: directory, defaultBranch: "main" });
    bed.plainGit(directory, "update-ref", "refs/heads/runboard/DEMO-1/a1", "HEAD");
    bed.plainGit(origin, "branch", "-D", "old");
    const next = bed.commit(origin, { "b.txt": "b" });
    await mirrorRepository(spawner, url, directory);
    const branches = bed.plainGit(directory, "for-each-ref", "--format=%(refname:short)");
    expect(branches).toBe("main\nrunboard/DEMO-1/a1");
    expect(bed.plainGit(directory, "rev-parse", "main")).toBe(next);
  });

  test.each([
    "https://me:secret@example.org/a",
    "https://:secret@example.org/a",
    "ssh://git:secret@example.org/a.git",
    `https://ghp_${"a1B2".repeat(9)}@github.com/a/b`,
    `https://glpat-${"a1B2".repeat(5)}@gitlab.com/a/b`,
    `https://${"0123456789".repeat(4)}:@example.org/a`,
    "https://me:sec\\@example.org/a",
  ])("refuses the secret in %s for a new project, before git is given it, and does not repeat it", async (repoUrl) => {
    const run = vi.spyOn(spawner, "run");
    const found = await inspectRepository(spawner, { repoUrl });
    expect(found).toMatchObject({ ok: false, code: "URL_NOT_ALLOWED" });
    expect(JSON.stringify(found)).not.toMatch(/sec[r\\]|a1B2|0123/);
    expect(run).not.toHaveBeenCalled();
    run.mockRestore();
  });

  test("a refused secret is told with what works in its place; a bare name is no secret", () => {
    expect(checkNewRepositoryUrl("https://me:secret@example.org/a")).toMatchObject({
      message: expect.stringMatching(/~\/\.netrc.*key without a passphrase/),
    });
    for (const url of [
      "https://maria.papadopoulou-1984@example.org/a",
      "https://glenda-of-the-second-floor@example.org/a",
      "ssh://git@example.org/a",
      "git@example.org:a",
    ])
      expect(checkNewRepositoryUrl(url)).toMatchObject({ ok: true });
  });

  test("a project that has one from before goes on with it, and no message repeats it", async () => {
    const url = "https://me:p@ss:w@rd@127.0.0.1:1/a.git";
    const run = vi.spyOn(spawner, "run");
    const mirrored = mirrorRepository(spawner, url, join(bed.root, "mirrors", "two.git"));
    const error = await mirrored.then(() => null, String);
    expect(error).toMatch(/^GitError: git ls-remote: .*127\.0\.0\.1/);
    expect(error).not.toMatch(/p@ss|w@rd|me:/);
    expect(run.mock.calls[0]?.[0].args).toContain(url);
    run.mockRestore();
  });

  test("over https git signs in as the .netrc of Runboard's user says", async () => {
    const [home, signedInAs] = [mkdtempSync(join(bed.root, "home-")), [] as string[]];
    const server = createServer(selfSigned(home), ({ headers: { authorization } }, response) => {
      if (authorization !== undefined) signedInAs.push(Buffer.from(authorization.split(" ")[1]!, "base64").toString());
      response.writeHead(authorization === undefined ? 401 : 404, { "www-authenticate": "Basic" }).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    writeFileSync(join(home, ".netrc"), "machine 127.0.0.1 login me password secret\n", { mode: 0o600 });
    vi.stubEnv("HOME", home);
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/a.git`;
    await git(spawner, ["ls-remote", url], { protocols: ["https"], environment: { GIT_SSL_NO_VERIFY: "1" } });
    vi.unstubAllEnvs();
    server.close();
    expect(new Set(signedInAs)).toEqual(new Set(["me:secret"]));
  });

  test("an unreachable one says so", async () => {
    expect(await inspectRepository(spawner, { repoUrl: `file://${bed.root}/none` })).toMatchObject({
      code: "UNREACHABLE",
    });
    const empty = bed.repository({});
    expect(await inspectRepository(spawner, { repoUrl: `file://${empty}` })).toMatchObject({ code: "NO_COMMITS" });
  });
});

function selfSigned(directory: string): { key: Buffer; cert: Buffer } {
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"];
  execFileSync("openssl", [...request, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

test.each(["main", "runboard/DEMO-12/a1", "feature/é", "v1.2", "a+b", "dependabot/npm/x-1.0"])(
  "%j is a safe ref",
  (name) => expect(isSafeRef(name)).toBe(true),
);

test("what is told of a URL goes without its password, to the last @ before the path", () => {
  const told = redact("fatal: 'https://a:b@c:d@host.org/x@y.git' and ssh://git@host.org/z, not me@host.org:a");
  expect(told).toBe("fatal: 'https://host.org/x@y.git' and ssh://host.org/z, not me@host.org:a");
});

test.each(
  [
    "",
    "-x",
    "--all",
    "a/-x",
    "/a",
    "a/",
    "a//b",
    "a..b",
    "a.lock",
    "a.lock/b",
    ".a",
    "a/.b",
    "a.",
    "@",
    "HEAD",
    "a@{1}",
  ].concat(
    [
      "a b",
      "a\tb",
      "a\nb",
      "a~1",
      "a^",
      "a:b",
      "a?b",
      "a*",
      "a[b",
      "a\\b",
      "$(x)",
      "`x`",
      "a;b",
      "a|b",
      "a\u202eb",
      "a\u200bb",
    ],
    ["x".repeat(201), "a\0b", "'a'", '"a"', "a&b", "a>b"],
  ),
)("S-15: %j is no safe ref", (name) => expect(isSafeRef(name)).toBe(false));
