import { parseJsonObject } from "@/components/json-object.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** What an agent's spec has besides the prompt, as the texts of a form. Kept while the type changes, sent where it fits. */
export interface AgentDraft {
  model: string;
  expectsChanges: boolean;
  /** One per line. */
  additionalFlags: string;
  /** JSON. */
  mcpServers: string;
  /** The name of an ACP agent. */
  agent: string;
}

export type AgentErrors = Partial<Record<keyof AgentDraft, string>>;

export const emptyAgent: AgentDraft = {
  model: "",
  expectsChanges: false,
  additionalFlags: "",
  mcpServers: "",
  agent: "",
};

const text = (value: unknown) => (typeof value === "string" ? value : "");

export function agentDraftOf(spec: Record<string, unknown>): AgentDraft {
  const { model, expectsChanges, additionalFlags, mcpServers, agent } = spec;
  const hasServers = Object.keys((mcpServers ?? {}) as object).length > 0;
  return {
    model: text(model),
    expectsChanges: expectsChanges === true,
    additionalFlags: Array.isArray(additionalFlags) ? additionalFlags.join("\n") : "",
    mcpServers: hasServers ? JSON.stringify(mcpServers, null, 2) : "",
    agent: text(agent),
  };
}

type Options = { options: Record<string, unknown>; errors?: never } | { options?: never; errors: AgentErrors };

/** The fields that the type knows; what is empty is left out. */
export function agentOptionsOf(type: TaskType, draft: AgentDraft): Options {
  const flags = draft.additionalFlags.split("\n").filter((flag) => flag.trim() !== "");
  const servers = parseJsonObject(draft.mcpServers);
  if (type === "claude-agent" && servers === null) return { errors: { mcpServers: "Not a JSON object." } };
  return {
    options: {
      ...(draft.model.trim() && { model: draft.model.trim() }),
      ...(draft.expectsChanges && { expectsChanges: true }),
      ...(type === "claude-code" && flags.length > 0 && { additionalFlags: flags }),
      ...(type === "claude-agent" && Object.keys(servers ?? {}).length > 0 && { mcpServers: servers }),
      ...(type === "acp" && draft.agent && { agent: draft.agent }),
    },
  };
}

/** The field that a path of the server's complaint is about: `mcpServers.docs.url`. */
export const agentFieldOf = (name: string): keyof AgentDraft | null =>
  name in emptyAgent ? (name as keyof AgentDraft) : null;
