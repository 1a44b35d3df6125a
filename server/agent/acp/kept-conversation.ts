import { basename } from "node:path";
import type { AgentPlan } from "../plan.ts";
import type { KeptConversation } from "../port.ts";

/**
 * Agents name the file of a conversation by it: Claude's and Codex's adapters do, and whoever else does is served, too. Only such files
 * are kept: none that an agent reads by a name of its own (settings, hooks) can be among them. Who keeps conversations in another way,
 * as opencode in its database, begins a new one each time.
 */
export const keptByName: KeptConversation = {
  keep(path, conversationId) {
    const name = encodeURIComponent(path);
    const isOurs = conversationId.length >= idMinLength && basename(path).includes(conversationId);
    return isOurs && /\.jsonl?$/.test(path) && name.length <= nameMaxLength ? name : null;
  },
  restore(name, plan) {
    const path = decode(name);
    if (path === null || path.split("/").some((part) => part === "" || part === "." || part === "..")) return null;
    return path.replace(/^claude\/projects\/[^/]+\//, `claude/projects/${claudeProject(plan)}/`);
  },
};

const idMinLength = 16;
/** Of a file, on every file system. */
const nameMaxLength = 255;

/** Claude looks for a conversation below the name of the directory it works in. */
const claudeProject = ({ work }: Pick<AgentPlan, "work">): string => work.replaceAll(/[^a-zA-Z0-9]/g, "-");

function decode(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
