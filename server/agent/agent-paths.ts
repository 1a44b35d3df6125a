import { join } from "node:path";

/** What lies in the directory of an agent session besides what lies in every session's; see plan.ts. */
export const agentPaths = (directory: string) => ({
  plan: join(directory, "agent.json"),
  inbox: join(directory, "inbox.jsonl"),
  outcome: join(directory, "outcome.json"),
  /** What a gate needs to know that stands beside a terminal: AgentPlan["gate"]. */
  gate: join(directory, "gate.json"),
  conversation: join(directory, "conversation"),
});
