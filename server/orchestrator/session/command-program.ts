import type { Claim } from "@/lib/session/settle.ts";
import { cliSpecSchema } from "@/lib/task/schema.ts";
import { InvalidSpecError, type Program } from "./program.ts";

/** The command of a task of type cli. */
export function commandOf({ spec }: Pick<Claim, "spec">): Program {
  const parsed = cliSpecSchema.safeParse(spec);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InvalidSpecError(`The spec does not fit type cli: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  const { command, args = [], workingDirectory = null, environment = {} } = parsed.data;
  return { command, args, workingDirectory, environment };
}
