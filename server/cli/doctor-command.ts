import type { Command } from "commander";
import { optionsOf } from "./common-options.ts";
import { newCommand } from "./new-command.ts";
import type { Outcome } from "./outcome.ts";
import { openTerminal } from "./terminal.ts";

/** `runboard doctor` */
export function addDoctor(program: Command, outcome: Outcome): void {
  program.addCommand(
    newCommand("doctor")
      .description("look at everything that has to be right, and say what to do where it is not")
      .option("--json", "print { ok, checks }")
      .option("--no-color", "no colours, as with NO_COLOR")
      .addHelpText("after", "\nEnds with 1 when a check fails; warnings are what works without, or less well.")
      .action(async (_, command: Command) => {
        const { doctor } = await import("./doctor/doctor.ts");
        const { json, color } = optionsOf(command);
        const terminal = openTerminal({ noColor: color === false });
        outcome.exitCode = await doctor({ isJson: json === true, terminal });
      }),
  );
}
