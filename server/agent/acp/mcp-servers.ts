import type { McpServer } from "@/lib/task/schema.ts";
import { boardServerName } from "../driver/board-server.ts";
import type { AgentPlan } from "../plan.ts";
import type { AgentPlace } from "../port.ts";

/** A server that the agent cannot be given: its task would go on without it. */
export class McpServerRefused extends Error {}

interface Asked {
  plan: Pick<AgentPlan, "mcpServers">;
  place: Pick<AgentPlace, "board">;
}

/** As the protocol names them. Throws McpServerRefused for one over HTTP where the agent takes none; without ours it can do. */
export function mcpServersFor({ plan, place }: Asked, can: { http?: boolean }): object[] {
  const servers = Object.entries(plan.mcpServers).map(([name, server]) => {
    if ("url" in server && can.http !== true) {
      throw new McpServerRefused(`It takes no MCP server over HTTP, and ${name} is one.`);
    }
    return { name, ...wordsFor(server) };
  });
  if (place.board === null || can.http !== true) return servers;
  return [{ name: boardServerName, ...wordsFor(place.board) }, ...servers];
}

function wordsFor(server: McpServer): object {
  if ("url" in server) return { type: "http", url: server.url, headers: pairs(server.headers) };
  return { command: server.command, args: server.args ?? [], env: pairs(server.env) };
}

const pairs = (values: Record<string, string> = {}) => Object.entries(values).map(([name, value]) => ({ name, value }));
