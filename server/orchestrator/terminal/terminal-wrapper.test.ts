import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { eventually } from "../../sandbox/eventually.ts";
import { PANE_WRAPPER, TERMINAL_WRAPPER } from "./terminal-wrapper.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-terminal-wrapper-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const run = promisify(execFile);
const path = process.env.PATH ?? "";
const tmux = (directory: string, ...args: string[]) => run("tmux", ["-N", "-S", "tty", ...args], { cwd: directory });

const wrapped = (name: string, command: string[]) => {
  const directory = mkdtempSync(join(root, name));
  const terminal = join(directory, "terminal");
  return {
    directory,
    terminal,
    args: ["-c", TERMINAL_WRAPPER, "runboard", terminal, PANE_WRAPPER, "tmux", path, "--", ...command],
  };
};

test("the command has its arguments as they are, a terminal, and its exit status is that of the whole", () => {
  const words = ["a'b", "two\nlines\n", '$HOME `id` "q" \\ \\n', "", "ü", "x".repeat(60_000)];
  const script =
    "process.stdout.write('shown ' + process.stdout.isTTY); require('fs').writeFileSync('seen', JSON.stringify(process.argv.slice(1))); process.exit(5)";
  const { directory, terminal, args } = wrapped("words-", [process.execPath, "-e", script, ...words]);
  const { status, stdout } = spawnSync("/bin/sh", args, { cwd: directory, timeout: 30_000, encoding: "utf8" });
  expect(status).toBe(5);
  expect(stdout).toBe("shown true");
  expect(JSON.parse(readFileSync(join(directory, "seen"), "utf8"))).toEqual(words);
  expect(statSync(terminal).mode & 0o777).toBe(0o700);
});

test("however short a command, what it showed and its end are told", async () => {
  const oneAfterTheOther = async (lane: number) => {
    for (let turn = 0; turn < 15; turn += 1) {
      const { directory, terminal, args } = wrapped("short-", ["/bin/echo", `shown-${lane}-${turn}`]);
      // A hanging one would be left behind by its end alone: its server is not its child.
      const { stdout } = await run("/bin/sh", args, { cwd: directory, timeout: 10_000 }).catch(async (thrown) => {
        await tmux(terminal, "kill-server").catch(() => {});
        throw thrown;
      });
      expect(stdout.trim()).toBe(`shown-${lane}-${turn}`);
    }
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(oneAfterTheOther));
}, 60_000);

test("runs no file of the clone in which it stands, whatever PATH its environment names", () => {
  const { directory, args } = wrapped("planted-", ["/bin/echo", "shown"]);
  const planted = plantPrograms(join(directory, "tools"));
  const { status, stdout } = spawnSync("/bin/sh", args, {
    ...{ cwd: directory, timeout: 30_000, encoding: "utf8" },
    env: { ...process.env, PATH: `tools:${path}` },
  });
  expect([status, stdout.trim(), planted.ran()]).toEqual([0, "shown", []]);
});

/** Stand-ins for what the wrapper runs, as an agent could commit them; each leaves a trace and does nothing else. */
function plantPrograms(tools: string) {
  mkdirSync(tools);
  const names = ["mkdir", "mkfifo", "sed", "cat", "tmux"];
  for (const name of names) {
    const trace = `#!/bin/sh\n: > "${join(tools, `${name}.ran`)}"\nexit 1\n`;
    writeFileSync(join(tools, name), trace, { mode: 0o755 });
  }
  return { ran: () => names.filter((name) => existsSync(join(tools, `${name}.ran`))) };
}

test("a terminal that is closed under its command ends with 129, and nothing of it is left", async () => {
  const { directory, terminal, args } = wrapped("closed-", ["sh", "-c", "echo $$ > pid; sleep 300"]);
  const ended = run("/bin/sh", args, { cwd: directory }).then(
    () => 0,
    ({ code }: { code: number }) => code,
  );
  await eventually(
    () => existsSync(join(directory, "pid")) && readFileSync(join(directory, "pid"), "utf8").endsWith("\n"),
  );
  await tmux(terminal, "kill-server");
  expect(await ended).toBe(129);
  const pid = Number(readFileSync(join(directory, "pid"), "utf8"));
  await eventually(() => !existsSync(`/proc/${pid}`));
});

test("no key of the terminal makes a window or runs anything", async () => {
  const { directory, terminal, args } = wrapped("keys-", ["sh", "-c", "sleep 300"]);
  const ended = run("/bin/sh", args, { cwd: directory }).catch(() => {});
  // The server answers before it is set up; there is a session to look at, and keys to press, afterwards.
  await eventually(() => tmux(terminal, "has-session", "-t", "terminal"));
  const keys = await tmux(terminal, "list-keys", "-T", "prefix");
  const bound = keys.stdout.split("\n").filter(Boolean);
  expect(bound.map((line) => line.split(/\s+/).slice(3).join(" ")).sort()).toEqual([
    "C-b send-prefix",
    "[ copy-mode",
    "] paste-buffer",
    "d detach-client",
  ]);
  const root = await tmux(terminal, "list-keys", "-T", "root").catch(() => ({ stdout: "" }));
  expect(root.stdout.trim()).toBe("");
  await tmux(terminal, "kill-server");
  await ended;
});
