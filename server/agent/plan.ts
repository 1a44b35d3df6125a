import { z } from "zod";
import { mcpServersSchema, taskTypeSchema } from "@/lib/task/schema.ts";

/**
 * What the orchestrator writes for the driver of an agent session, as `agent.json` (0600) in the session's directory, before it is launched:
 *
 *     driver.js <session directory> -- <program in its confinement …>
 *
 * The driver appends the agent's arguments, starts it, and until it ends
 *     writes   output.log     one AgentEvent a line (its stdout)
 *     reads    inbox.jsonl    one InboxMessage a line; the orchestrator appends whole lines, and may append one twice
 *     writes   outcome.json   its last act: AgentOutcome, complete or not there
 *     keeps    conversation/  what a later attempt needs to go on with the conversation
 * It exits with 0 when the end is DONE, else with 1. It lives on without an orchestrator.
 */
export const agentPlanSchema = z.strictObject({
  agent: taskTypeSchema,
  prompt: z.string(),
  /** Goes on with this conversation; its state was put into conversation/ beforehand. Null: a new one. */
  conversationId: z.string().nullable(),
  model: z.string().nullable(),
  /** The task's additional flags. */
  flags: z.array(z.string()),
  /** With secrets in place. */
  mcpServers: mcpServersSchema,
  /** It gets Runboard's own MCP server, with the session's token. */
  boardTools: z.boolean(),
  permissions: z.enum(["allow", "ask", "deny"]),
  budgetUsd: z.number().nullable(),
  /** The program's own arguments, where its command line is configured (acp). */
  args: z.array(z.string()),
  /** Directories as the agent sees them. */
  work: z.string(),
  home: z.string(),
  tmp: z.string(),
  gate: z.strictObject({
    /** Where the agent finds the gate: behind the sandbox's relay from this port to the socket; null: at a free port of loopback. */
    relay: z.strictObject({ port: z.number().int(), socket: z.string() }).nullable(),
    /** Of the model's provider. */
    upstream: z.url(),
    /** What the agent has in place of the key. */
    token: z.string(),
    /** Hosts that CONNECT may reach besides; `*.` stands for any name below. */
    allowedHosts: z.array(z.string()),
  }),
});
export type AgentPlan = z.infer<typeof agentPlanSchema>;
