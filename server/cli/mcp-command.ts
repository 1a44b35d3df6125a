import { existsSync } from "node:fs";
import type { Command } from "commander";
import { DomainError } from "@/lib/errors.ts";
import { newCommand } from "./new-command.ts";

/** `runboard mcp`: the same operations for agents and editors, by a program of its own beside this one. */
export function addMcp(program: Command): void {
  program.addCommand(
    newCommand("mcp")
      .description("the operations as an MCP server on stdio, for agents and editors")
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText("after", "\nExamples:\n  $ claude mcp add runboard -- runboard mcp")
      .action(async () => {
        const entry = new URL("./mcp.js", import.meta.url);
        if (!existsSync(entry))
          throw new DomainError("NOT_FOUND", "This build has no MCP server.", { what: "program" });
        await import(entry.href);
      }),
  );
}
