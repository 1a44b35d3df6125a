import type { TaskType } from "@/lib/task/schema.ts";
import { acp } from "./acp.ts";
import { claudeAgent, claudeCode } from "./claude/claude.ts";
import type { Agent } from "./port.ts";

/** What carries out which type of task, where it is not a plain command. */
export const agents: Partial<Record<TaskType, Agent>> = {
  "claude-code": claudeCode,
  "claude-agent": claudeAgent,
  codex: acp,
  gemini: acp,
  opencode: acp,
  acp,
};
