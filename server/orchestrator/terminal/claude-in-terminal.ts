import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "@/lib/env.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { resolveOnPath } from "../../sandbox/spawner/resolve-command.ts";
import { LaunchError } from "../../sandbox/spawner/spawner-protocol.ts";
import type { Program } from "../session/program.ts";

/**
 * Claude Code as a person uses it, past its questions about theme and trust of the clone. It gets no key of ours: the person signs in
 * within it, for this session alone. Its prompt is what the person types.
 */
export function claudeInTerminal(directory: string): Program {
  const command = env.CLAUDE_CLI_PATH ?? resolveOnPath("claude", env.PATH);
  if (command === null)
    throw new LaunchError(
      "COMMAND_NOT_FOUND",
      "There is no Claude Code here. Install it so that claude is on the PATH, or set CLAUDE_CLI_PATH.",
    );
  const { home, tmp, work } = sessionPaths(directory);
  const configuration = join(home, ".claude");
  mkdirSync(configuration, { recursive: true, mode: 0o700 });
  writeFileSync(join(configuration, ".claude.json"), JSON.stringify(answered(work)), { mode: 0o600 });
  return {
    command,
    args: [],
    isOperators: true,
    workingDirectory: null,
    environment: {
      CLAUDE_CONFIG_DIR: configuration,
      CLAUDE_CODE_TMPDIR: tmp,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
    },
  };
}

/** The questions of its first start, as if they had been answered. */
const answered = (work: string) => ({
  hasCompletedOnboarding: true,
  theme: "dark",
  projects: { [work]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
});
