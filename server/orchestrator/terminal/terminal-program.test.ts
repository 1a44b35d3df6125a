import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { env } from "@/lib/env.ts";
import { createSessionDirectory } from "../../sandbox/session-directory.ts";
import { startReason } from "../session/launch.ts";
import { UnsupportedTypeError } from "../session/program.ts";
import { terminalProgram } from "./terminal-program.ts";

const directory = mkdtempSync(join(tmpdir(), "runboard-terminal-program-"));
const { PATH, CLAUDE_CLI_PATH } = env;
afterEach(() => {
  Object.assign(env, { PATH, CLAUDE_CLI_PATH });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const spec = { command: "make", args: ["watch"], workingDirectory: "sub", environment: { A: "1" } };

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return null;
};

test("the task's own command runs in the terminal, beside a tmux that stands outside of its confinement", () => {
  const program = terminalProgram({ type: "cli", spec }, directory);
  expect(program).toMatchObject({ ...spec, terminal: "own", driver: { command: "/bin/sh", environment: {} } });
  expect(program.driver?.args).toContain(join(directory, "terminal"));
});

test("without a command it is a shell", () => {
  expect(terminalProgram({ type: "cli", spec: {} }, directory).command).toMatch(/\/(bash|sh)$/);
});

test("without tmux it fails for good, in words that say what to install", () => {
  Object.assign(env, { PATH: directory });
  const thrown = thrownBy(() => terminalProgram({ type: "cli", spec }, directory)) as Error;
  expect(thrown.message).toMatch(/needs tmux.*apt-get install tmux/);
  expect(startReason(thrown)).toBe("COMMAND_NOT_FOUND");
});

test("Claude Code opens at its prompt, with a configuration of the session's own and no key of ours", async () => {
  await createSessionDirectory(directory);
  Object.assign(env, { CLAUDE_CLI_PATH: "/opt/claude", ANTHROPIC_API_KEY: "the-real-key" });
  const program = terminalProgram({ type: "claude-code", spec: { prompt: "x" } }, directory);
  const configuration = join(directory, "home", ".claude");
  expect(program).toMatchObject({ command: "/opt/claude", environment: { CLAUDE_CONFIG_DIR: configuration } });
  const file = join(configuration, ".claude.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    hasCompletedOnboarding: true,
    projects: { [join(directory, "work")]: { hasTrustDialogAccepted: true } },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(program)).not.toContain("the-real-key");
  Object.assign(env, { CLAUDE_CLI_PATH: undefined, PATH: "/usr/bin:/bin" });
  expect(thrownBy(() => terminalProgram({ type: "claude-code", spec: {} }, directory))).toMatchObject({
    message: expect.stringContaining("CLAUDE_CLI_PATH"),
  });
});

test("an agent without a terminal of its own is refused by type", () => {
  const thrown = thrownBy(() => terminalProgram({ type: "acp", spec: {} }, directory));
  expect(thrown).toBeInstanceOf(UnsupportedTypeError);
});
