import { env } from "@/lib/env.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { resolveOnPath } from "../../sandbox/spawner/resolve-command.ts";
import { LaunchError } from "../../sandbox/spawner/spawner-protocol.ts";
import { type Program, programOf, UnsupportedTypeError } from "../session/executor.ts";
import { claudeInTerminal } from "./claude-in-terminal.ts";
import { PANE_WRAPPER, TERMINAL_WRAPPER } from "./terminal-wrapper.ts";

type TerminalClaim = Pick<Claim, "type" | "spec">;

/** What an interactive session runs: a person's command, shell or agent, in a terminal that others may look at. */
export function terminalProgram(claim: TerminalClaim, directory: string): Program {
  const tmux = resolveOnPath("tmux", env.PATH);
  if (tmux === null)
    throw new LaunchError(
      "COMMAND_NOT_FOUND",
      `An interactive session needs tmux, and there is none on the PATH ${env.PATH}. Install it (Debian: apt-get install tmux).`,
    );
  const { terminal } = sessionPaths(directory);
  return {
    ...shownProgram(claim, directory),
    terminal: "own",
    driver: {
      command: "/bin/sh",
      args: ["-c", TERMINAL_WRAPPER, "runboard", terminal, PANE_WRAPPER, tmux],
      environment: {},
    },
  };
}

function shownProgram(claim: TerminalClaim, directory: string): Program {
  const type = claim.type as TaskType;
  if (type === "cli") return hasCommand(claim) ? programOf(claim) : shell();
  if (type === "claude-code") return claudeInTerminal(directory);
  throw new UnsupportedTypeError(`A task of type ${type} has no terminal. Start it without one.`);
}

const hasCommand = ({ spec }: TerminalClaim): boolean => spec.command !== undefined;

function shell(): Program {
  const command = resolveOnPath("bash", env.PATH) ?? "/bin/sh";
  return { command, args: [], workingDirectory: null, environment: {} };
}
