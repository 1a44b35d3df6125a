import type { Command } from "commander";
import { nearest } from "@/lib/nearest.ts";
import { usage } from "./failure.ts";
import { newCommand } from "./new-command.ts";

/** `runboard help [noun] [verb]`: the same as --help behind it. */
export function addHelp(program: Command): void {
  program.addCommand(
    newCommand("help")
      .description("say how a command is used")
      .argument("[noun]")
      .argument("[verb]")
      .action((noun?: string, verb?: string) => {
        const ofNoun = noun === undefined ? program : find(program, noun);
        (verb === undefined ? ofNoun : find(ofNoun, verb)).outputHelp();
      }),
  );
}

function find(command: Command, name: string): Command {
  const found = command.commands.find((one) => one.name() === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    command.commands.map((one) => one.name()),
  );
  throw usage(`There is no command ${name}.${near === undefined ? "" : ` Did you mean ${near}?`}`);
}
