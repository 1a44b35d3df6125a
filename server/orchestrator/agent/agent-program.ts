import { readConfig } from "@/lib/config/config.ts";
import { db } from "@/lib/db.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { HeldSession } from "../session/held-session.ts";
import type { Program } from "../session/program.ts";
import { driverOf } from "./driver-of.ts";
import { findAgent } from "./find-agent.ts";
import { planGate } from "./plan-gate.ts";
import { planAgent, writePlan } from "./write-plan.ts";

/**
 * An agent session's program: the agent beside its driver. Throws before there is a clone what needs none: a program or a sandbox that
 * is not there, a spec that does not fit.
 */
export async function readyAgent(session: HeldSession, claim: Claim): Promise<() => Promise<Program>> {
  const { allowedHosts, ...known } = planAgent(claim);
  // As it stands now: an agent that was configured a moment ago is there.
  const { program, args } = findAgent(claim, await readConfig(db()));
  return async () => {
    const gate = await planGate(session, claim.settings.network, allowedHosts);
    await writePlan(session, { ...known, args, gate });
    return {
      ...{ command: program, args: [], isOperators: true, workingDirectory: null, environment: {} },
      driver: driverOf(session.directory),
      ...(gate.relay === null ? {} : { relays: [gate.relay] }),
    };
  };
}
