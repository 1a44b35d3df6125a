import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "@/lib/env.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
import { driverProgram } from "../../agent/driver-program.ts";
import { gateEnvironment } from "../../agent/gate/credentials.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { findClaude } from "../agent/find-agent.ts";
import { planGate } from "../agent/plan-gate.ts";
import { writePrivate } from "../agent/write-private.ts";
import type { Program } from "../session/program.ts";
import type { TerminalClaim, TerminalPlace } from "./terminal-program.ts";

/**
 * Claude Code as a person uses it, past its questions about theme and trust of the clone; its prompt is what the person types. The model
 * is reached through a gate beside the terminal, as by an agent that nobody watches: the key stays outside. Throws AgentNotFoundError.
 */
export function readyClaudeInTerminal(place: TerminalPlace, claim: TerminalClaim): () => Promise<Program> {
  const { program } = findClaude();
  const { model: usual, network, allowedHosts } = projectSettingsSchema.parse(claim.settings);
  const model = claim.spec.model ?? usual;
  return async () => {
    const gate = await planGate(place, network, allowedHosts);
    await writePrivate(agentPaths(place.directory).gate, JSON.stringify(gate));
    const keeper = driverProgram("gate-keeper");
    return {
      command: program,
      args: typeof model === "string" ? ["--model", model] : [],
      isOperators: true,
      workingDirectory: null,
      environment: await settle(place.directory),
      driver: { ...keeper, args: [...keeper.args, place.directory], environment: gateEnvironment(env) },
      ...(gate.relay === null ? {} : { relays: [gate.relay] }),
    };
  };
}

/** Gives it a configuration of the session's own; answers the variables that lead to it. */
async function settle(directory: string): Promise<Record<string, string>> {
  const { home, tmp, work } = sessionPaths(directory);
  const configuration = join(home, ".claude");
  await mkdir(configuration, { recursive: true, mode: 0o700 });
  await writeFile(join(configuration, ".claude.json"), JSON.stringify(answered(work)), { mode: 0o600 });
  return {
    CLAUDE_CONFIG_DIR: configuration,
    CLAUDE_CODE_TMPDIR: tmp,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
  };
}

/** The questions of its first start, as if they had been answered. */
const answered = (work: string) => ({
  hasCompletedOnboarding: true,
  theme: "dark",
  projects: { [work]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
});
