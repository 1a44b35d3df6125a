import type { Claim } from "@/lib/session/settle.ts";
import { readyAgent } from "../agent/agent-program.ts";
import { readyTerminal } from "../terminal/terminal-program.ts";
import { commandOf } from "./command-program.ts";
import type { HeldSession } from "./held-session.ts";
import type { Program } from "./program.ts";

/**
 * What a session runs: decided here, per type of session and task. What can be refused without a clone is refused at once; what comes
 * back makes the program when the clone is there.
 */
export async function readyProgram(session: HeldSession, claim: Claim): Promise<() => Promise<Program>> {
  if (session.hasAgent) return readyAgent(session, claim);
  if (claim.sessionType === "interactive") return readyTerminal(session, claim);
  const program = commandOf(claim);
  return async () => program;
}
