import { modelEnvironment, quietEnvironment, stateEnvironment, stateFiles } from "./acp/environment.ts";
import { keptByName } from "./acp/kept-conversation.ts";
import { talk } from "./acp/talk.ts";
import type { Agent } from "./port.ts";

/**
 * Any agent that speaks the Agent Client Protocol over its stdio, by a configured command line: Codex, Gemini, opencode, Claude, or one of
 * your own. The client is a few small files (acp/) in place of the protocol's SDK: every session has a driver, and that would parse
 * 0.6 MB of schemas first; what they refuse in an agent's words we would rather bear.
 */
export const acp: Agent = {
  command: (plan, place) => ({
    args: [...plan.args, ...plan.flags],
    environment: { ...stateEnvironment(place.stateDirectory), ...modelEnvironment(plan, place), ...quietEnvironment },
    files: stateFiles(place),
  }),
  converse: talk,
  conversation: keptByName,
};
