import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const packages = join(import.meta.dirname, "programs/node_modules");

/** The real Claude Code: the program in the package for this platform. Null: it is not installed (npm test does it). */
export function realClaude(): string | null {
  const scope = join(packages, "@anthropic-ai");
  const names = existsSync(scope) ? readdirSync(scope) : [];
  return names.map((name) => join(scope, name, "claude")).find((file) => existsSync(file)) ?? null;
}

/** An MCP server of someone else's making: its script, for `node`. Null: it is not installed. */
export function realMcpServer(): string | null {
  const file = join(packages, "@modelcontextprotocol/server-everything/dist/index.js");
  return existsSync(file) ? file : null;
}
