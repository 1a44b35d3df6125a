import { existsSync } from "node:fs";
import { join } from "node:path";

const directory = join(import.meta.dirname, "programs/acp/node_modules/@agentclientprotocol/claude-agent-acp/dist");

/** The command line of an ACP agent of others' making: Claude's adapter, around a given Claude Code. Null: it is not installed. */
export function realAcpAgent(claude: string | null): string[] | null {
  const script = join(directory, "index.js");
  if (claude === null || !existsSync(script)) return null;
  return ["/usr/bin/env", `CLAUDE_CODE_EXECUTABLE=${claude}`, process.execPath, script];
}
