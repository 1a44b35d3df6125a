import { findConversation, gatherBrief, writeBrief, writeFollowUp } from "@/lib/agent/brief.ts";
import { fillSecrets, UnknownSecretError } from "@/lib/agent/secrets.ts";
import { inSnapshot } from "@/lib/db.ts";
import { env, readSecrets } from "@/lib/env.ts";
import { type ProjectSettings, projectSettingsSchema } from "@/lib/project/schema.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { findTask } from "@/lib/task/find.ts";
import { type McpServer, specSchemas, type TaskType } from "@/lib/task/schema.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
import { refusedFlags } from "../../agent/claude/refused-flags.ts";
import type { AgentPlan } from "../../agent/plan.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import type { HeldSession } from "../session/held-session.ts";
import { InvalidSpecError } from "../session/program.ts";
import { hasConversation, restoreConversation } from "./conversations.ts";
import { writePrivate } from "./write-private.ts";

/** What every agent's spec may say. */
interface AgentSpec {
  prompt: string;
  model?: string | undefined;
  additionalFlags?: string[] | undefined;
  mcpServers?: Record<string, McpServer> | undefined;
}

/** What is known before there is a clone. Throws InvalidSpecError for a spec that does not fit, and for a secret that is not there. */
export function planAgent(claim: Claim): Pick<
  AgentPlan,
  "agent" | "model" | "flags" | "mcpServers" | "boardTools" | "permissions" | "budgetUsd"
> & {
  allowedHosts: string[];
} {
  const agent = claim.type as TaskType;
  const parsed = specSchemas[agent].safeParse(claim.spec);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InvalidSpecError(`The spec does not fit type ${agent}: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  const spec = parsed.data as AgentSpec;
  const settings = projectSettingsSchema.parse(claim.settings);
  refuseLooserFlags(spec, settings);
  const mcpServers = agent === "claude-agent" ? withSecrets(mcpServersOf(spec, settings)) : {};
  return {
    agent,
    model: spec.model ?? settings.model,
    flags: spec.additionalFlags ?? [],
    mcpServers,
    boardTools: settings.boardTools,
    permissions: settings.permissions,
    budgetUsd: settings.sessionBudgetUsd,
    allowedHosts: [...new Set([...settings.allowedHosts, ...hostsOf(mcpServers)])],
  };
}

/** What a project's people have said of permissions is not for one of its tasks to undo. */
function refuseLooserFlags({ additionalFlags = [] }: AgentSpec, { permissions }: ProjectSettings): void {
  const refused = permissions === "allow" ? [] : refusedFlags(additionalFlags);
  if (refused.length === 0) return;
  throw new InvalidSpecError(
    `additionalFlags: ${refused.join(", ")} would undo the project's permissions, which are “${permissions}”. Leave such flags out, or have the project's settings changed.`,
  );
}

/** The operator's, the project's, the task's; the nearer one wins where two bear a name. */
const mcpServersOf = (spec: AgentSpec, settings: ProjectSettings): Record<string, McpServer> => ({
  ...(env.MCP_SERVER_URL === undefined ? {} : { default: { url: env.MCP_SERVER_URL } }),
  ...settings.mcpServers,
  ...spec.mcpServers,
});

function withSecrets(servers: Record<string, McpServer>): Record<string, McpServer> {
  try {
    return fillSecrets(servers, readSecrets());
  } catch (thrown) {
    if (thrown instanceof UnknownSecretError) throw new InvalidSpecError(thrown.message);
    throw thrown;
  }
}

/** Where MCP servers over HTTP are, as the gate's list names hosts. */
const hostsOf = (servers: Record<string, McpServer>): string[] =>
  Object.values(servers).flatMap((server) => ("url" in server ? [hostOf(new URL(server.url))] : []));

function hostOf({ hostname, port, protocol }: URL): string {
  const known = port || (protocol === "http:" ? "80" : "443");
  return known === "443" ? hostname : `${hostname}:${known}`;
}

/**
 * Writes agent.json, and puts back what the agent needs to go on with the attempt before, where that left something on this host: else a
 * new conversation begins with the whole brief. Written anew by whoever launches; nothing reads it before.
 */
export async function writePlan(
  { plan: { sessionId: _, taskId, attempt }, directory }: HeldSession,
  known: Omit<AgentPlan, "prompt" | "conversationId" | "work" | "home" | "tmp">,
): Promise<void> {
  const told = await inSnapshot(async (tx) => {
    const task = await findTask(tx, taskId);
    return { facts: await gatherBrief(tx, taskId, attempt), conversationId: await findConversation(tx, task, attempt) };
  });
  const goesOn = told.conversationId !== null && (await hasConversation(taskId, attempt - 1));
  if (goesOn) await restoreConversation(taskId, attempt - 1, directory);
  const { work, home, tmp } = sessionPaths(directory);
  const plan: AgentPlan = {
    ...known,
    prompt: goesOn ? writeFollowUp(told.facts) : writeBrief(told.facts),
    conversationId: goesOn ? told.conversationId : null,
    ...{ work, home, tmp },
  };
  await writePrivate(agentPaths(directory).plan, JSON.stringify(plan));
}
