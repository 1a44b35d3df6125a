import type { AgentPlan } from "../plan.ts";
import type { BoardServer } from "../port.ts";

/** The name under which agents find it: its tools are `mcp__runboard__…` to Claude. */
export const boardServerName = "runboard";

/**
 * Runboard's own MCP server as the agent reaches it: at its own loopback, with the token that speaks for this session. Both stand in the
 * environment of every session. It is no server that the task asked for: where it is away, the agent goes on without.
 */
export function boardServer(
  { boardTools, mcpServers }: Pick<AgentPlan, "boardTools" | "mcpServers">,
  { RUNBOARD_URL: url, RUNBOARD_SANDBOX_TOKEN: token }: NodeJS.ProcessEnv,
): BoardServer | null {
  if (!boardTools || url === undefined || token === undefined || Object.hasOwn(mcpServers, boardServerName))
    return null;
  return { url: `${url}/mcp`, headers: { Authorization: `Bearer ${token}` } };
}
