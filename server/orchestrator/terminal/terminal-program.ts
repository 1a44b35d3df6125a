import { env } from "@/lib/env.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { absoluteOnly } from "../../sandbox/session-environment.ts";
import { resolveOnPath } from "../../sandbox/spawner/resolve-command.ts";
import { LaunchError } from "../../sandbox/spawner/spawner-protocol.ts";
import { commandOf } from "../session/command-program.ts";
import type { HeldSession } from "../session/held-session.ts";
import { type Program, UnsupportedTypeError } from "../session/program.ts";
import { readyClaudeInTerminal } from "./claude-in-terminal.ts";
import { PANE_WRAPPER, TERMINAL_WRAPPER } from "./terminal-wrapper.ts";

export type TerminalClaim = Pick<Claim, "type" | "spec" | "settings">;
export type TerminalPlace = Pick<HeldSession, "directory" | "sandbox">;

/**
 * What an interactive session runs: a person's command, shell or agent, in a terminal that others may look at. What is missing here is
 * refused at once; what comes back makes the program when the clone is there.
 */
export function readyTerminal(place: TerminalPlace, claim: TerminalClaim): () => Promise<Program> {
  const tmux = resolveOnPath("tmux", env.PATH);
  if (tmux === null)
    throw new LaunchError(
      "COMMAND_NOT_FOUND",
      `An interactive session needs tmux, and there is none on the PATH ${env.PATH}. Install it (Debian: apt-get install tmux).`,
    );
  const makeShown = readyShown(place, claim);
  return async () => inTerminal(await makeShown(), place.directory, tmux);
}

/** The terminal is the program's driver. One that has a driver already has it in front of the terminal. */
function inTerminal(shown: Program, directory: string, tmux: string): Program {
  const { terminal } = sessionPaths(directory);
  const given = [terminal, PANE_WRAPPER, tmux, absoluteOnly(env.PATH)];
  const [command, ...args] = ["/bin/sh", "-c", TERMINAL_WRAPPER, "runboard", ...given] as const;
  const own = shown.driver;
  return {
    ...shown,
    terminal: "own",
    driver: own ? { ...own, args: [...own.args, command, ...args] } : { command, args, environment: {} },
  };
}

function readyShown(place: TerminalPlace, claim: TerminalClaim): () => Promise<Program> {
  const type = claim.type as TaskType;
  if (type === "claude-code") return readyClaudeInTerminal(place, claim);
  if (type !== "cli") throw new UnsupportedTypeError(`A task of type ${type} has no terminal. Start it without one.`);
  const program = hasCommand(claim) ? commandOf(claim) : shell();
  return async () => program;
}

const hasCommand = ({ spec }: TerminalClaim): boolean => spec.command !== undefined;

function shell(): Program {
  const command = resolveOnPath("bash", env.PATH) ?? "/bin/sh";
  return { command, args: [], workingDirectory: null, environment: {} };
}
