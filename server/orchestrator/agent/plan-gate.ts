import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { env, newSecret } from "@/lib/env.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { AgentPlan } from "../../agent/plan.ts";
import type { HeldSession } from "../session/held-session.ts";

/** Where an agent behind a relay finds its gate: beside the port by which sessions report. */
const gatePort = env.PORT === 3128 ? 3129 : 3128;

/** An agent's one way out. Where the sandbox's loopback is not the machine's it is a socket, in a directory that is shown inside and holds nothing else. */
export async function planGate(
  { directory, sandbox }: Pick<HeldSession, "directory" | "sandbox">,
  network: Claim["settings"]["network"],
  allowedHosts: string[],
): Promise<AgentPlan["gate"]> {
  const known = { upstream: env.ANTHROPIC_BASE_URL, token: newSecret(), allowedHosts };
  if (!sandbox!.isIsolated || network === "host") return { relay: null, ...known };
  const gate = join(directory, "gate");
  await mkdir(gate, { recursive: true, mode: 0o700 });
  return { relay: { port: gatePort, socket: join(gate, "socket") }, ...known };
}
