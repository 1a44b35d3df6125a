import type { Command } from "commander";

/** A command's options, with those that may as well stand before it: `runboard --json task list`. */
export function optionsOf(command: Command): Record<string, unknown> {
  const own = command.opts();
  const common = command.parent === null ? {} : optionsOf(command.parent);
  return {
    ...own,
    json: own.json === true || common.json === true,
    // commander has true where nobody said --no-color.
    color: own.color !== false && common.color !== false,
  };
}
