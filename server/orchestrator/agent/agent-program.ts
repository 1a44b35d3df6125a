import { join } from "node:path";
import type { Claim } from "@/lib/session/settle.ts";
import type { Relay } from "../../sandbox/port.ts";
import type { Services } from "../services.ts";
import type { HeldSession } from "../session/held-session.ts";
import type { Program } from "../session/program.ts";
import { driverOf } from "./driver-program.ts";
import { findAgent } from "./find-agent.ts";
import { planAgent, writePlan } from "./write-plan.ts";

/** Where an agent behind a relay finds its gate. */
const gatePort = 3128;

/**
 * An agent session's program: the agent beside its driver. Throws before there is a clone what needs none: a program that is not there,
 * a spec that does not fit.
 */
export async function readyAgent(
  services: Services,
  session: HeldSession,
  claim: Claim,
): Promise<() => Promise<Program>> {
  const known = planAgent(claim);
  const { program, args } = findAgent(claim, services.config);
  return async () => {
    const relay = services.sandbox.isIsolated ? relayOf(session) : null;
    await writePlan(session, known, { args, relay });
    return {
      ...{ command: program, args: [], workingDirectory: null, environment: {} },
      driver: driverOf(session.directory),
      ...(relay === null ? {} : { relays: [relay] }),
    };
  };
}

const relayOf = ({ directory }: HeldSession): Relay => ({ port: gatePort, socket: join(directory, "gate.sock") });
