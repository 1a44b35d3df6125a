import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { env } from "@/lib/env.ts";
import { realClaude } from "../../agent/testing/programs.ts";
import { eventually } from "../../sandbox/eventually.ts";
import type { Sandbox } from "../../sandbox/port.ts";
import { createSessionDirectory, sessionPaths } from "../../sandbox/session-directory.ts";
import { resolveOnPath } from "../../sandbox/spawner/resolve-command.ts";
import { endSession } from "../../sandbox/tree/end-session.ts";
import { readyTerminal } from "./terminal-program.ts";

const claude = realClaude();
const isHere = claude !== null && resolveOnPath("tmux", env.PATH) !== null;
const run = promisify(execFile);

describe.skipIf(!isHere)(
  `Claude Code's own screen${isHere ? "" : " (not installed: npm test installs it)"}`,
  { timeout: 120_000 },
  () => {
    const root = mkdtempSync(join(tmpdir(), "runboard-claude-terminal-"));
    const { CLAUDE_CLI_PATH } = env;
    const running: { child: ChildProcess; directory: string }[] = [];
    afterEach(async () => {
      for (const { child, directory } of running.splice(0)) {
        child.kill("SIGKILL");
        await endSession({ directory, identity: null, graceMs: 0 });
      }
    });
    afterAll(() => {
      Object.assign(env, { CLAUDE_CLI_PATH });
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    });

    /** In a clone whose settings would run a program at its start; unconfined, which it is not told. */
    async function open(name: string, sandbox: Pick<Sandbox, "isIsolated">) {
      Object.assign(env, { CLAUDE_CLI_PATH: claude });
      const directory = join(root, name);
      const { work, home, tmp } = createSessionDirectory(directory);
      const ran = join(directory, "ran");
      const hook = { hooks: [{ type: "command", command: `: > '${ran}'` }] };
      mkdirSync(join(work, ".claude"));
      writeFileSync(join(work, ".claude/settings.json"), JSON.stringify({ hooks: { SessionStart: [hook] } }));
      const place = { directory, sandbox: sandbox as Sandbox };
      const program = await readyTerminal(place, { type: "claude-code", spec: { prompt: "x" }, settings: {} })();
      const { command, args } = program.driver!;
      const child = spawn(command, [...args, "--", program.command, ...program.args], {
        cwd: work,
        env: {
          PATH: env.PATH,
          HOME: home,
          TMPDIR: tmp,
          LANG: "C.UTF-8",
          RUNBOARD_SESSION: name,
          ...program.environment,
        } as never,
        stdio: "ignore",
      });
      running.push({ child, directory });
      const socket = join(sessionPaths(directory).terminal, "tty");
      const screen = () =>
        run("tmux", ["-N", "-S", socket, "capture-pane", "-p", "-t", "terminal"]).then(
          ({ stdout }) => stdout,
          () => "",
        );
      const shows = (words: RegExp) =>
        eventually(async () => words.test(await screen()), 60_000).catch(async () => {
          throw new Error(`Not shown: ${words}. But: ${await screen()}`);
        });
      return { ran, shows };
    }

    test("opens at its prompt where it is confined, and runs nothing that the clone says", async () => {
      const { ran, shows } = await open("confined", { isIsolated: true });
      await shows(/Claude Code v\d/);
      expect(existsSync(ran)).toBe(false);
    });

    test("asks the person whether the clone is trusted where nothing confines it", async () => {
      const { ran, shows } = await open("open", { isIsolated: false });
      await shows(/trust/i);
      expect(existsSync(ran)).toBe(false);
    });
  },
);
