import type { Claim } from "@/lib/session/settle.ts";
import { readyAgent } from "../agent/agent-program.ts";
import type { Services } from "../services.ts";
import { terminalProgram } from "../terminal/terminal-program.ts";
import { type Program, programOf } from "./executor.ts";
import type { HeldSession } from "./held-session.ts";

/** What a session runs. What can be refused without a clone is refused at once; what comes back makes the program when there is one. */
export async function readyProgram(
  services: Services,
  session: HeldSession,
  claim: Claim,
): Promise<() => Promise<Program>> {
  if (session.hasAgent) return readyAgent(services, session, claim);
  const program = claim.sessionType === "interactive" ? terminalProgram(claim, session.directory) : programOf(claim);
  return async () => program;
}
