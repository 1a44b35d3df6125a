import type { Claim } from "@/lib/session/settle.ts";
import { cliSpecSchema } from "@/lib/task/schema.ts";

/** What a task type runs: decided here, per type. */
export interface Program {
  command: string;
  args: string[];
  workingDirectory: string | null;
  environment: Record<string, string>;
}

export class UnsupportedTypeError extends Error {}
export class InvalidSpecError extends Error {}

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
