import { Argument, type Command } from "commander";
import { newCommand } from "./new-command.ts";

const shells = ["bash", "zsh", "fish"];

/**
 * `runboard completion bash` prints what a shell sources; what is typed is then completed by `runboard complete -- …`. Both are of a
 * library that knows the shells; it is loaded with them alone.
 */
export function addCompletion(program: Command): void {
  program.addCommand(
    newCommand("completion")
      .description("print the completions of a shell")
      .addArgument(new Argument("<shell>").choices(shells))
      .addHelpText(
        "after",
        "\nExamples:\n  $ source <(runboard completion bash)\n  $ runboard completion fish > ~/.config/fish/completions/runboard.fish",
      )
      .action(async (shell: "bash" | "zsh" | "fish") => {
        const { script } = await import("@bomb.sh/tab");
        script(shell, "runboard", "runboard");
      }),
  );
  program.addCommand(
    newCommand("complete")
      .argument("[words...]")
      .allowUnknownOption()
      .action(async (words: string[]) => (await completions(program)).parse(words)),
    { hidden: true },
  );
}

/** The tree of commands in the library's form. */
async function completions(program: Command) {
  const { RootCommand } = await import("@bomb.sh/tab");
  const root = new RootCommand();
  const offer = (words: readonly string[]) => (complete: (word: string, about: string) => void) => {
    for (const word of words) complete(word, "");
  };
  const add = (command: Command, name: string) => {
    const target = root.command(name, command.description());
    for (const option of command.createHelp().visibleOptions(command)) {
      const long = option.long?.slice(2);
      if (long === undefined) continue;
      const short = option.short?.slice(1) ?? "";
      if (option.required) target.option(long, option.description, offer(option.argChoices ?? []), short);
      else target.option(long, option.description, short);
    }
    for (const argument of command.registeredArguments)
      target.argument(argument.name(), offer(argument.argChoices ?? []));
    for (const sub of command.createHelp().visibleCommands(command)) add(sub, `${name} ${sub.name()}`);
  };
  for (const command of program.createHelp().visibleCommands(program)) add(command, command.name());
  return root;
}
