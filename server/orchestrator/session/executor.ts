import type { Claim } from "@/lib/session/settle.ts";
import { cliSpecSchema } from "@/lib/task/schema.ts";
import type { SandboxPlan } from "../../sandbox/port.ts";

/** What is started in a session's sandbox. */
export type Program = Pick<
  SandboxPlan,
  "command" | "args" | "workingDirectory" | "environment" | "driver" | "relays" | "terminal"
>;

export class UnsupportedTypeError extends Error {}
export class InvalidSpecError extends Error {}
/** In words that say what to do about it. */
export class AgentNotFoundError extends Error {}

/** What a task type runs by itself: decided here, per type. */
export function programOf(claim: Pick<Claim, "type" | "spec">): Program {
  if (claim.type !== "cli") throw new UnsupportedTypeError(`No executor for ${claim.type} is installed here.`);
  const parsed = cliSpecSchema.safeParse(claim.spec);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InvalidSpecError(`The spec does not fit type cli: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  const { command, args = [], workingDirectory = null, environment = {} } = parsed.data;
  return { command, args, workingDirectory, environment };
}
