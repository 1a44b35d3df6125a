import { CommanderError } from "commander";
import { report, usage } from "./failure.ts";
import { createProgram, type Outcome } from "./program.ts";
import { openTerminal } from "./terminal.ts";

/** Runs one command and answers its exit code. What went wrong has been said on stderr. */
export async function runCli(args: readonly string[], version: string): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  const program = createProgram(version, outcome);
  try {
    await program.parseAsync(args, { from: "user" });
    return outcome.exitCode;
  } catch (thrown) {
    const failure = thrown instanceof CommanderError ? fromParser(thrown) : thrown;
    if (failure === null) return 0;
    if (failure === "help shown") return 2;
    const terminal = openTerminal({ noColor: args.includes("--no-color") });
    return report(failure, { isJson: args.includes("--json"), terminal });
  }
}

/** null: help or version was asked for and given. */
function fromParser({ code, exitCode, message }: CommanderError) {
  if (exitCode === 0) return null;
  if (code === "commander.help") return "help shown" as const;
  return usage(sentence(message.replace(/^error: /, "")));
}

const sentence = (message: string): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
