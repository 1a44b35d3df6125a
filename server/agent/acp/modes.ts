import type { AgentPlan } from "../plan.ts";
import type { SessionState } from "./protocol.ts";

/**
 * Modes have no meaning in the protocol; these are the names that agents in use give them, the better first. Where everything is
 * allowed, an agent that does not ask is quicker; what one of an unknown mode asks is answered all the same.
 */
const modes: Record<AgentPlan["permissions"], readonly string[]> = {
  allow: ["bypassPermissions", "yolo", "agent-full-access", "full-access", "default", "agent", "auto"],
  ask: ["default", "agent", "auto"],
  deny: ["default", "read-only"],
};

/** The mode that fits a project's policy; null: none that is offered is known to. */
export function modeFor(
  policy: AgentPlan["permissions"],
  { modes: offered }: Pick<SessionState, "modes">,
): string | null {
  const ids = offered?.availableModes.map(({ id }) => id) ?? [];
  return modes[policy].find((id) => ids.includes(id)) ?? null;
}
