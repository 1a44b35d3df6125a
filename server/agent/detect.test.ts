import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Spawner, startSpawner } from "../sandbox/spawner/spawner.ts";
import { claudeCode } from "./claude/claude.ts";
import { detectAgent } from "./detect.ts";
import { realClaude } from "./testing/programs.ts";

const fake = join(import.meta.dirname, "fake/fake-claude.mjs");
let root: string;
let spawner: Spawner;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "runboard-detect-"));
  spawner = await startSpawner();
});
afterAll(async () => {
  await spawner.close();
  rmSync(root, { recursive: true, force: true });
});

function directoryWith(name: string, script: string): string {
  const directory = mkdtempSync(join(root, "bin-"));
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
  return directory;
}
const detect = (path: string, file?: string) =>
  detectAgent("claude-code", claudeCode.program, {
    ...{ path: `${path}:/usr/bin:/bin`, run: spawner.run },
    setting: file === undefined ? undefined : { name: "CLAUDE_CLI_PATH", file },
  });

test("finds a program on PATH, and its version by asking it", async () => {
  const directory = directoryWith("claude", 'echo "2.1.99 (Claude Code)"');
  const found = { name: "claude-code", version: "2.1.99", problem: null };
  expect(await detect(directory)).toEqual({ ...found, program: join(directory, "claude") });
});

test("says what is missing and where it was looked for", async () => {
  const empty = join(root, "empty");
  mkdirSync(empty);
  const found = await detect(empty);
  expect(found).toMatchObject({ program: null, version: null });
  expect(found.problem).toContain(`"claude"`);
  expect(found.problem).toContain(empty);
});

test("takes what the operator named and nothing else in its place", async () => {
  const directory = directoryWith("claude", "echo 2.1.99");
  const path = `${directory}:${process.env.PATH}`;
  expect(await detect(path, fake)).toMatchObject({ program: fake, version: "0.0.0-fake", problem: null });
  const missing = await detect(path, "/no/such/claude");
  expect(missing).toMatchObject({
    program: null,
    problem: expect.stringContaining("CLAUDE_CLI_PATH names /no/such/claude"),
  });
  expect(await detect(path, "bin/claude")).toMatchObject({ program: null });
});

test("a program that cannot say its version cannot be used", async () => {
  const directory = directoryWith("claude", "exit 3");
  expect(await detect(directory)).toMatchObject({ version: null, problem: expect.stringContaining("cannot be run") });
});

test.skipIf(realClaude() === null)("knows the real Claude Code", { timeout: 60_000 }, async () => {
  const found = await detect("/nowhere", realClaude()!);
  expect(found).toMatchObject({
    program: realClaude(),
    version: expect.stringMatching(/^2\.\d+\.\d+$/),
    problem: null,
  });
});
