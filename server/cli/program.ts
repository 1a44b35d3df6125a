import type { Command } from "commander";
import { catalogue } from "./catalogue.ts";
import { addCompletion } from "./completion-command.ts";
import { addDoctor } from "./doctor-command.ts";
import { addHelp } from "./help-command.ts";
import { helpFooter, nounSummaries } from "./help-texts.ts";
import { addMcp } from "./mcp-command.ts";
import { newCommand } from "./new-command.ts";
import { operationCommand } from "./operation-command.ts";
import type { Outcome } from "./outcome.ts";
import { openTerminal } from "./terminal.ts";

/**
 * All commands: a noun for each of the catalogue, a verb for each of its operations, and what is about the command line itself.
 * Only the nouns among the words that were typed get their verbs: making all of them takes longer than most calls.
 */
export function createProgram(version: string, args: readonly string[], outcome: Outcome): Command {
  const program = newCommand("runboard")
    .description("Runboard from the command line: everything the board does, for people and for scripts.")
    .version(version, "-V, --version", "print the version")
    .option("--json", "print answers and errors as JSON")
    .option("--no-color", "no colours, as with NO_COLOR")
    .enablePositionalOptions()
    .addHelpText("after", helpFooter);
  for (const noun of new Set(catalogue.map((operation) => operation.noun))) {
    const isNamed = args.includes(noun) || args.includes("complete");
    program.addCommand(isNamed ? withVerbs(nounCommand(noun), noun, outcome) : nounCommand(noun));
  }

  addDoctor(program, outcome);
  addMcp(program);
  addCompletion(program);
  addHelp(program);
  return program;
}

const nounCommand = (noun: string): Command =>
  newCommand(noun).description(nounSummaries[noun] ?? `all about ${noun}s`);

function withVerbs(command: Command, noun: string, outcome: Outcome): Command {
  for (const operation of catalogue.filter((one) => one.noun === noun)) {
    command.addCommand(
      operationCommand(operation, async (places, options) => {
        // Loaded by who runs something: help and completions do without.
        const { runOperation } = await import("./run-operation.ts");
        const terminal = openTerminal({ noColor: options.color === false });
        outcome.exitCode = await runOperation({ operation, places, options, terminal });
      }),
    );
  }
  return command;
}
