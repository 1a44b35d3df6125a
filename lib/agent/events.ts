import { z } from "zod";

/**
 * What an agent does, in one closed language: every line of an agent session's output is one of these as JSON. The driver
 * (server/agent) translates each agent's dialect into them; orchestrator and browser read nothing else. Texts are cut by
 * the driver, so that a line stays below the log's longest line.
 */
const at = z.string().describe("ISO 8601, UTC");
const text = z.string();

export const endReasons = [
  "DONE",
  "AGENT_ERROR",
  "PERMISSION_DENIED",
  "NO_RESULT",
  "MAX_TURNS",
  "OVER_BUDGET",
  "RATE_LIMITED",
  "AUTHENTICATION",
  "MCP_SERVER",
  "AGENT_CRASHED",
] as const;
export type EndReason = (typeof endReasons)[number];

/** How the agent's work ended by its own words; DONE alone is a success. */
export const agentEndSchema = z.object({
  reason: z.enum(endReasons),
  /** What a person reads: the agent's words where it had some. */
  message: text,
  /** The agent's last answer; null: it gave none. */
  result: text.nullable(),
  /** How long its provider asked to wait. */
  retryAfterSeconds: z.number().optional(),
  turns: z.number().int().optional(),
});
export type AgentEnd = z.infer<typeof agentEndSchema>;

/** Totals of the session so far; null: the agent does not tell. */
export const spentSchema = z.object({
  inputTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
  cacheReadTokens: z.number().int().nullable(),
  cacheWriteTokens: z.number().int().nullable(),
  costUsd: z.number().nullable(),
});
export type Spent = z.infer<typeof spentSchema>;

export const fileChangeSchema = z.object({ path: text, before: text.nullable(), after: text });

export const agentEventSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("started"),
    at,
    agent: text,
    version: text.nullable(),
    model: text.nullable(),
    conversationId: text.nullable(),
    mcpServers: z.array(z.object({ name: text, status: text })),
  }),
  /** A person's words, or the brief, have reached the agent. promptId null: the brief. */
  z.object({ kind: z.literal("prompted"), at, promptId: text.nullable(), text }),
  z.object({ kind: z.literal("promptRefused"), at, promptId: text, reason: text }),
  z.object({ kind: z.literal("text"), at, role: z.enum(["assistant", "thinking"]), text }),
  /** `title`: what it does in a few words, such as "Edit src/a.ts"; it may begin with the tool's name. */
  z.object({ kind: z.literal("toolStarted"), at, toolId: text, tool: text, title: text, input: text }),
  z.object({
    kind: z.literal("toolEnded"),
    at,
    toolId: text,
    isError: z.boolean(),
    output: text,
    changes: z.array(fileChangeSchema),
  }),
  /** `askedAs`: the agent's own name of the question. It waits until it is answered. */
  z.object({ kind: z.literal("asked"), at, askedAs: text, tool: text, input: text }),
  z.object({
    kind: z.literal("answered"),
    at,
    askedAs: text,
    decision: z.enum(["allow", "deny"]),
    by: z.enum(["person", "policy"]),
  }),
  z.object({ kind: z.literal("spent"), at, ...spentSchema.shape }),
  z.object({ kind: z.literal("notice"), at, level: z.enum(["info", "warning", "error"]), text }),
  z.object({ kind: z.literal("ended"), at, ...agentEndSchema.shape }),
]);
export type AgentEvent = z.infer<typeof agentEventSchema>;
export type AgentEventKind = AgentEvent["kind"];

/** A line of an agent session's output; null: it is none (an agent's stray words, a cut line). */
export function parseAgentEvent(line: string): AgentEvent | null {
  if (!line.startsWith("{")) return null;
  try {
    return agentEventSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** What a driver is told while it runs: each line of a session's inbox is one of these as JSON. */
export const inboxMessageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("prompt"), promptId: text, text }),
  z.object({
    kind: z.literal("answer"),
    askedAs: text,
    decision: z.enum(["allow", "deny"]),
    message: text.nullable(),
    by: z.enum(["person", "policy"]),
  }),
]);
export type InboxMessage = z.infer<typeof inboxMessageSchema>;
