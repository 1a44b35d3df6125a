import type { SandboxPlan } from "../../sandbox/port.ts";

/** What is started in a session's sandbox. */
export type Program = Pick<
  SandboxPlan,
  "command" | "args" | "isOperators" | "workingDirectory" | "environment" | "driver" | "relays" | "terminal"
>;

export class UnsupportedTypeError extends Error {}
export class InvalidSpecError extends Error {}
/** In words that say what to do about it. */
export class AgentNotFoundError extends Error {}
