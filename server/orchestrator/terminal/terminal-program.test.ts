import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { env } from "@/lib/env.ts";
import { ownSettings } from "../../agent/claude/own-settings.ts";
import type { Sandbox } from "../../sandbox/port.ts";
import { createSessionDirectory } from "../../sandbox/session-directory.ts";
import { absoluteOnly } from "../../sandbox/session-environment.ts";
import { startReason } from "../session/launch.ts";
import { UnsupportedTypeError } from "../session/program.ts";
import { readyTerminal, type TerminalClaim } from "./terminal-program.ts";
import { PANE_WRAPPER, TERMINAL_WRAPPER } from "./terminal-wrapper.ts";

const directory = mkdtempSync(join(tmpdir(), "runboard-terminal-program-"));
const { PATH, CLAUDE_CLI_PATH } = env;
afterEach(() => {
  Object.assign(env, { PATH, CLAUDE_CLI_PATH });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const spec = { command: "make", args: ["watch"], workingDirectory: "sub", environment: { A: "1" } };

const sandbox = { isIsolated: true } as Sandbox;
type Told = Pick<TerminalClaim, "type" | "spec">;
const ready = (claim: Told) => readyTerminal({ directory, sandbox }, { settings: {}, ...claim });

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return null;
};

test("the task's own command runs in the terminal, beside a tmux that stands outside of its confinement", async () => {
  const program = await ready({ type: "cli", spec })();
  expect(program).toMatchObject({ ...spec, terminal: "own", driver: { command: "/bin/sh", environment: {} } });
  expect(program.driver?.args).toContain(join(directory, "terminal"));
});

test("without a command it is a shell", async () => {
  expect((await ready({ type: "cli", spec: {} })()).command).toMatch(/\/(bash|sh)$/);
});

test("without tmux it fails for good, in words that say what to install", () => {
  Object.assign(env, { PATH: directory });
  const thrown = thrownBy(() => ready({ type: "cli", spec })) as Error;
  expect(thrown.message).toMatch(/needs tmux.*apt-get install tmux/);
  expect(startReason(thrown)).toBe("COMMAND_NOT_FOUND");
});

test("Claude Code opens at its prompt, with a configuration of the session's own; the key stays with the gate before it", async () => {
  createSessionDirectory(directory);
  Object.assign(env, { CLAUDE_CLI_PATH: "/bin/true", ANTHROPIC_API_KEY: "the-real-key" });
  const { driver, ...program } = await ready({ type: "claude-code", spec: { prompt: "x", model: "opus" } })();
  const configuration = join(directory, "home", ".claude");
  const own = ownSettings(join(directory, "work"));
  expect(program).toMatchObject({
    ...{ command: "/bin/true", args: [...own.args, "--model", "opus"], terminal: "own" },
    environment: { CLAUDE_CONFIG_DIR: configuration, ...own.environment },
    relays: [{ socket: join(directory, "gate", "socket") }],
  });
  const file = join(configuration, ".claude.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    hasCompletedOnboarding: true,
    projects: { [join(directory, "work")]: { hasTrustDialogAccepted: true } },
  });
  for (const path of [file, join(directory, "gate.json")]) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(program)).not.toContain("the-real-key");
  expect(Object.values(driver!.environment)).toContain("the-real-key");
  expect(driver!.args.slice(driver!.args.indexOf(directory))).toEqual([
    ...[directory, "/bin/sh", "-c", TERMINAL_WRAPPER, "runboard", join(directory, "terminal")],
    ...[PANE_WRAPPER, expect.stringMatching(/tmux$/), absoluteOnly(PATH)],
  ]);
});

test("whether its clone is trusted Claude Code asks the person where nothing confines it", async () => {
  createSessionDirectory(directory);
  Object.assign(env, { CLAUDE_CLI_PATH: "/bin/true" });
  const open = { isIsolated: false } as Sandbox;
  await readyTerminal({ directory, sandbox: open }, { type: "claude-code", spec: {}, settings: {} })();
  const told = JSON.parse(readFileSync(join(directory, "home", ".claude", ".claude.json"), "utf8"));
  expect(told).toMatchObject({ hasCompletedOnboarding: true, projects: {} });
});

test("Claude Code that is not here is refused before there is a clone", () => {
  Object.assign(env, { CLAUDE_CLI_PATH: undefined, PATH: "/usr/bin:/bin" });
  expect(thrownBy(() => ready({ type: "claude-code", spec: {} }))).toMatchObject({
    message: expect.stringContaining("CLAUDE_CLI_PATH"),
  });
});

test("an agent without a terminal of its own is refused by type", () => {
  const thrown = thrownBy(() => ready({ type: "acp", spec: {} }));
  expect(thrown).toBeInstanceOf(UnsupportedTypeError);
});
