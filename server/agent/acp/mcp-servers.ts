import type { McpServer } from "@/lib/task/schema.ts";
import type { AgentPlan } from "../plan.ts";

/** A server that the agent cannot be given: its task would go on without it. */
export class McpServerRefused extends Error {}

/** As the protocol names them. Throws McpServerRefused for one over HTTP where the agent takes none. */
export function mcpServersFor(servers: AgentPlan["mcpServers"], can: { http?: boolean }): object[] {
  return Object.entries(servers).map(([name, server]) => {
    if ("url" in server && can.http !== true) {
      throw new McpServerRefused(`It takes no MCP server over HTTP, and ${name} is one.`);
    }
    return { name, ...wordsFor(server) };
  });
}

function wordsFor(server: McpServer): object {
  if ("url" in server) return { type: "http", url: server.url, headers: pairs(server.headers) };
  return { command: server.command, args: server.args ?? [], env: pairs(server.env) };
}

const pairs = (values: Record<string, string> = {}) => Object.entries(values).map(([name, value]) => ({ name, value }));
