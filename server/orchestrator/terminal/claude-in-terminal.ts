import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "@/lib/env.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
import { ownSettings } from "../../agent/claude/own-settings.ts";
import { driverProgram } from "../../agent/driver-program.ts";
import { gateEnvironment } from "../../agent/gate/credentials.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { findClaude } from "../agent/find-agent.ts";
import { planGate } from "../agent/plan-gate.ts";
import { writePrivate } from "../agent/write-private.ts";
import type { Program } from "../session/program.ts";
import type { TerminalClaim, TerminalPlace } from "./terminal-program.ts";

/**
 * Claude Code as a person uses it, past its questions about theme and trust of the clone, whose own settings it does not read all the same
 * (own-settings.ts); its prompt is what the person types. The model
 * is reached through a gate beside the terminal, as by an agent that nobody watches: the key stays outside. Throws AgentNotFoundError.
 */
export function readyClaudeInTerminal(place: TerminalPlace, claim: TerminalClaim): () => Promise<Program> {
  const { program } = findClaude();
  const { model: usual, network, allowedHosts } = projectSettingsSchema.parse(claim.settings);
  const model = claim.spec.model ?? usual;
  const own = ownSettings(sessionPaths(place.directory).work);
  return async () => {
    const gate = await planGate(place, network, allowedHosts);
    await writePrivate(agentPaths(place.directory).gate, JSON.stringify(gate));
    const keeper = driverProgram("gate-keeper");
    return {
      command: program,
      args: [...own.args, ...(typeof model === "string" ? ["--model", model] : [])],
      isOperators: true,
      workingDirectory: null,
      environment: { ...(await settle(place)), ...own.environment },
      driver: { ...keeper, args: [...keeper.args, place.directory], environment: gateEnvironment(env) },
      ...(gate.relay === null ? {} : { relays: [gate.relay] }),
    };
  };
}

/** Gives it a configuration of the session's own; answers the variables that lead to it. */
async function settle({ directory, sandbox }: TerminalPlace): Promise<Record<string, string>> {
  const { home, tmp, work } = sessionPaths(directory);
  const configuration = join(home, ".claude");
  await mkdir(configuration, { recursive: true, mode: 0o700 });
  const file = join(configuration, ".claude.json");
  await writeFile(file, JSON.stringify(answered(sandbox?.isIsolated ? work : null)), { mode: 0o600 });
  return {
    CLAUDE_CONFIG_DIR: configuration,
    CLAUDE_CODE_TMPDIR: tmp,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
  };
}

/** The questions of its first start, as if they had been answered. Whether a directory is trusted is for the person where nothing confines it. */
const answered = (trusted: string | null) => ({
  hasCompletedOnboarding: true,
  theme: "dark",
  projects:
    trusted === null ? {} : { [trusted]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
});
