import { readFile } from "node:fs/promises";
import { z } from "zod";
import { agentEndSchema, spentSchema } from "@/lib/agent/events.ts";
import { agentPaths } from "./agent-paths.ts";

/** How an agent session ended, by its driver's last act. */
export const agentOutcomeSchema = z.object({
  end: agentEndSchema,
  /** Null: the agent told nothing of it. */
  spent: spentSchema.nullable(),
  /** Of the conversation whose state lies in conversation/; null: there is none to go on with. */
  conversationId: z.string().nullable(),
  /** The agent's own, as it told them. */
  version: z.string().nullable(),
  model: z.string().nullable(),
});
export type AgentOutcome = z.infer<typeof agentOutcomeSchema>;

/** Null: the driver ended before it could write it, or does not do so yet. */
export async function readAgentOutcome(directory: string): Promise<AgentOutcome | null> {
  const text = await readFile(agentPaths(directory).outcome, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return agentOutcomeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
