import { join } from "node:path";
import type { McpServer } from "@/lib/task/schema.ts";
import { boardServerName } from "../driver/board-server.ts";
import type { AgentPlan } from "../plan.ts";
import type { AgentCommand, AgentPlace } from "../port.ts";
import { boardPermission } from "./board-permission.ts";
import { ownSettings } from "./own-settings.ts";

/**
 * How often the program tries again by itself when the model's endpoint fails: some 8 s. A longer outage is waited out by the
 * orchestrator, which goes on with the conversation and meanwhile has the slot for others.
 */
const retries = 4;

export function claudeCodeCommand(plan: AgentPlan, place: AgentPlace): AgentCommand {
  const command = plainCommand(plan, place);
  return place.board === null ? command : withServers(command, boardServers(place), place);
}

/** The same program with the MCP servers of task and project, and no others but ours. */
export const claudeAgentCommand = (plan: AgentPlan, place: AgentPlace): AgentCommand =>
  withServers(plainCommand(plan, place), { ...boardServers(place), ...plan.mcpServers }, place);

function plainCommand(plan: AgentPlan, place: AgentPlace): AgentCommand {
  const own = ownSettings(plan.work);
  return {
    // A person's flags before ours: of an option given twice the last one counts, and the dialect is ours to choose. Whose settings count
    // a person may choose as well, where the project allows everything (refused-flags.ts).
    args: [...own.args, ...plan.flags, ...dialect, ...permissions[plan.permissions], ...choices(plan, place)],
    environment: {
      ...own.environment,
      ANTHROPIC_BASE_URL: place.gateUrl,
      ANTHROPIC_API_KEY: plan.gate.token,
      CLAUDE_CONFIG_DIR: place.stateDirectory,
      // Where it cannot write there, it hangs without a word.
      CLAUDE_CODE_TMPDIR: plan.tmp,
      CLAUDE_CODE_MAX_RETRIES: String(retries),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      DISABLE_TELEMETRY: "1",
      DISABLE_ERROR_REPORTING: "1",
      // As root it skips permissions only where it is told that this is a sandbox.
      ...(plan.permissions === "allow" ? { IS_SANDBOX: "1" } : {}),
    },
    files: place.board === null ? {} : boardPermission(place.stateDirectory),
  };
}

const boardServers = ({ board }: AgentPlace): Record<string, McpServer> =>
  board === null ? {} : { [boardServerName]: board };

function withServers(command: AgentCommand, servers: Record<string, McpServer>, place: AgentPlace): AgentCommand {
  const file = join(place.stateDirectory, "mcp-servers.json");
  const mcpServers = Object.fromEntries(Object.entries(servers).map(([name, one]) => [name, inItsWords(one)]));
  return {
    ...command,
    args: [...command.args, "--mcp-config", file],
    files: { ...command.files, [file]: JSON.stringify({ mcpServers }) },
  };
}

const dialect = [
  ...["-p", "--output-format", "stream-json", "--verbose"],
  ...["--input-format", "stream-json", "--replay-user-messages"],
];

const permissions = {
  allow: ["--dangerously-skip-permissions"],
  ask: ["--permission-prompt-tool", "stdio", "--permission-mode", "default"],
  // Without anybody to ask it refuses what is not allowed beforehand.
  deny: ["--permission-mode", "default"],
};

const choices = ({ conversationId, model, budgetUsd }: AgentPlan, place: AgentPlace): string[] => [
  ...(conversationId === null ? ["--session-id", place.conversationId] : ["--resume", conversationId]),
  ...(model === null ? [] : ["--model", model]),
  ...(budgetUsd === null ? [] : ["--max-budget-usd", String(budgetUsd)]),
];

const inItsWords = (server: McpServer) =>
  "url" in server ? { type: "http", ...server } : { type: "stdio", ...server };
