import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { env } from "@/lib/env.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { Relay } from "../../sandbox/port.ts";
import type { Services } from "../services.ts";

import type { HeldSession } from "../session/held-session.ts";
import type { Program } from "../session/program.ts";
import { driverOf } from "./driver-of.ts";
import { findAgent } from "./find-agent.ts";
import { planAgent, writePlan } from "./write-plan.ts";

/** Where an agent behind a relay finds its gate: beside the port by which sessions report. */
const gatePort = env.PORT === 3128 ? 3129 : 3128;

/**
 * An agent session's program: the agent beside its driver. Throws before there is a clone what needs none: a program or a sandbox that
 * is not there, a spec that does not fit.
 */
export async function readyAgent(
  services: Services,
  session: HeldSession,
  claim: Claim,
): Promise<() => Promise<Program>> {
  const known = planAgent(claim);
  const { program, args } = findAgent(claim, services.config);
  const isBehindRelay = session.sandbox!.isIsolated && claim.settings.network !== "host";
  return async () => {
    const relay = isBehindRelay ? await makeRelay(session) : null;
    await writePlan(session, known, { args, relay });
    return {
      ...{ command: program, args: [], isOperators: true, workingDirectory: null, environment: {} },
      driver: driverOf(session.directory),
      ...(relay === null ? {} : { relays: [relay] }),
    };
  };
}

/** Where the sandbox's loopback is not the machine's the gate is a socket. Its directory is shown inside, so nothing else is in it. */
async function makeRelay({ directory }: HeldSession): Promise<Relay> {
  const gate = join(directory, "gate");
  await mkdir(gate, { recursive: true, mode: 0o700 });
  return { port: gatePort, socket: join(gate, "socket") };
}
