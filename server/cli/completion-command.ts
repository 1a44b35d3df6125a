import { Argument, type Command } from "commander";
import { cleanLine } from "./clean-text.ts";
import { complete, setOffer } from "./complete.ts";
import { usage } from "./failure.ts";
import { newCommand } from "./new-command.ts";
import { type Shell, shellScripts, shells } from "./shell-scripts.ts";

/** `runboard completion bash` prints what a shell sources; that asks `runboard complete -- …` with every press of the key. */
export function addCompletion(program: Command): void {
  const shell = new Argument("<shell>", shells.join(", "));
  setOffer(shell, { words: shells, reference: null, isList: false });
  program.addCommand(
    newCommand("completion")
      .description("print the completions of a shell")
      .addArgument(shell)
      .addHelpText("after", `\nExamples:${examples.map((line) => `\n  $ ${line}`).join("")}`)
      .action((name: string) => {
        const script = shellScripts[name as Shell];
        if (script === undefined) throw usage(`There are completions for ${shells.join(", ")}.`);
        process.stdout.write(script);
      }),
  );
  program.addCommand(
    newCommand("complete")
      .argument("[words...]")
      .allowUnknownOption()
      .action(async (words: string[]) => {
        const { askServer } = await import("./ask-server.ts");
        const found = await complete(program, words, askServer);
        process.stdout.write(found.map(({ word, about }) => `${word}\t${cleanLine(about)}\n`).join(""));
      }),
    { hidden: true },
  );
}

const examples = [
  "source <(runboard completion bash)",
  "source <(runboard completion zsh)",
  "runboard completion fish > ~/.config/fish/completions/runboard.fish",
];
