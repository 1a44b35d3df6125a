import type { Claim } from "@/lib/session/settle.ts";
import { cliSpecSchema } from "@/lib/task/schema.ts";
import { readyAgent } from "../agent/agent-program.ts";
import type { Services } from "../services.ts";
import type { HeldSession } from "./held-session.ts";
import { InvalidSpecError, type Program } from "./program.ts";

/**
 * What a task type runs: decided here, per type. What can be refused without a clone is refused at once; what comes back makes the
 * program when the clone is there.
 */
export async function readyProgram(
  services: Services,
  session: HeldSession,
  claim: Claim,
): Promise<() => Promise<Program>> {
  if (session.hasAgent) return readyAgent(services, session, claim);
  const program = commandOf(claim);
  return async () => program;
}

function commandOf(claim: Pick<Claim, "type" | "spec">): Program {
  const parsed = cliSpecSchema.safeParse(claim.spec);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InvalidSpecError(`The spec does not fit type cli: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  const { command, args = [], workingDirectory = null, environment = {} } = parsed.data;
  return { command, args, workingDirectory, environment };
}
