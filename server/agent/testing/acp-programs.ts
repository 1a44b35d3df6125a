import { existsSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const packages = join(import.meta.dirname, "programs/acp/node_modules");
const script = join(packages, "@agentclientprotocol/claude-agent-acp/dist/index.js");

/** The command line of an ACP agent of others' making: Claude's adapter, around a given Claude Code. Null: it is not installed. */
export function realAcpAgent(claude: string | null): string[] | null {
  if (claude === null || !existsSync(script)) return null;
  return ["/usr/bin/env", `CLAUDE_CODE_EXECUTABLE=${claude}`, process.execPath, script];
}

/** The same as one program with all it needs among its packages, as somebody would have installed it. */
export function installedAcpAgent(claude: string | null): string | null {
  if (claude === null || !existsSync(script)) return null;
  const own = join(packages, "with-claude");
  mkdirSync(own, { recursive: true });
  if (!existsSync(join(own, "claude"))) linkSync(claude, join(own, "claude"));
  const program = join(own, "agent");
  writeFileSync(
    program,
    `#!/bin/sh\nCLAUDE_CODE_EXECUTABLE='${own}/claude' exec '${process.execPath}' '${script}' "$@"\n`,
    {
      mode: 0o755,
    },
  );
  return program;
}
