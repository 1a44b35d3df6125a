import { type Command, CommanderError } from "commander";
import { report, usage } from "./failure.ts";
import type { Outcome } from "./outcome.ts";
import { createProgram } from "./program.ts";
import { openTerminal } from "./terminal.ts";

/** Runs one command and answers its exit code. What went wrong has been said on stderr. */
export async function runCli(args: readonly string[], version: string): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  const program = createProgram(version, args, outcome);
  try {
    await program.parseAsync(args, { from: "user" });
    return outcome.exitCode;
  } catch (thrown) {
    const failure = thrown instanceof CommanderError ? fromParser(thrown) : thrown;
    if (failure === null) return 0;
    if (failure === "help shown") return 2;
    const isJson = args.includes("--json");
    const terminal = openTerminal({ noColor: args.includes("--no-color") });
    const exitCode = report(failure, { isJson, terminal });
    if (failure !== thrown && !isJson)
      terminal.say(`How it is used: ${["runboard", ...named(program, args), "--help"].join(" ")}`);
    return exitCode;
  }
}

/** The words that name a command: of `task lst DEMO` the first. */
function named(program: Command, [word, ...more]: readonly string[]): string[] {
  const command = program.commands.find((one) => one.name() === word);
  return command === undefined ? [] : [command.name(), ...named(command, more)];
}

/** null: help or version was asked for and given. */
function fromParser({ code, exitCode, message }: CommanderError) {
  if (exitCode === 0) return null;
  if (code === "commander.help") return "help shown" as const;
  return usage(sentence(message.replace(/^error: /, "")));
}

const sentence = (message: string): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
