import { basename } from "node:path";
import type { Agent, KeptConversation } from "../port.ts";
import { claudeAgentCommand, claudeCodeCommand } from "./command.ts";
import { converse } from "./converse.ts";

/** The transcript alone: whatever else lies in its state directory is settings, or can be done without. */
const conversation: KeptConversation = {
  keep: (path, conversationId) =>
    /^projects\/[^/]+\/[^/]+$/.test(path) && basename(path) === `${conversationId}.jsonl` ? basename(path) : null,
  // A directory for each working directory, named after it.
  restore: (name, { work }) => `projects/${work.replaceAll(/[^a-zA-Z0-9]/g, "-")}/${name}`,
};

/** Claude Code, driven over its stream of JSON lines (2.1). */
export const claudeCode: Agent = { command: claudeCodeCommand, converse, conversation };

/** The same program with the MCP servers of the task and its project, and no others. */
export const claudeAgent: Agent = { command: claudeAgentCommand, converse, conversation };
