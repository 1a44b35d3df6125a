import type { Config } from "@/lib/config/schema.ts";
import { env } from "@/lib/env.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { resolveOnPath } from "../../sandbox/spawner/resolve-command.ts";
import { AgentNotFoundError } from "../session/program.ts";

export interface FoundProgram {
  /** Absolute path. */
  program: string;
  args: string[];
}

/** The program that carries out a task, as it is on this machine now. Throws AgentNotFoundError in words that say what to do. */
export function findAgent({ type, spec }: Pick<Claim, "type" | "spec">, { acpAgents }: Config): FoundProgram {
  if (type === "claude-code" || type === "claude-agent") return findClaude();
  const name = type === "acp" ? String((spec as { agent?: string }).agent ?? "claude") : type;
  const line = acpAgents[name];
  if (line === undefined)
    throw new AgentNotFoundError(
      `No agent is configured as ${name}. Name its command line in the settings, under agents.`,
    );
  const program = resolve(line.command);
  if (program !== null) return { program, args: line.args };
  throw new AgentNotFoundError(
    `${line.command}, the program of the agent ${name}, is not on the orchestrator's PATH. Install it, or configure where it is.`,
  );
}

/** Throws AgentNotFoundError. */
export function findClaude(): FoundProgram {
  const program = resolve(env.CLAUDE_CLI_PATH ?? "claude");
  if (program !== null) return { program, args: [] };
  throw new AgentNotFoundError(
    env.CLAUDE_CLI_PATH === undefined
      ? "Claude Code is not on the orchestrator's PATH. Install it there, or say where it is with CLAUDE_CLI_PATH."
      : `CLAUDE_CLI_PATH names ${env.CLAUDE_CLI_PATH}, and there is no program.`,
  );
}

const resolve = (command: string): string | null => resolveOnPath(command, command.startsWith("/") ? "/" : env.PATH);
