import { Command } from "commander";

/** A command that throws instead of ending the process, and leaves it to us to say why. */
export function newCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      // Words and defaults stand in our descriptions already, without quotes.
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    })
    .helpCommand(false)
    .helpOption("-h, --help", "say how it is used");
}
