import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { agentPaths } from "./agent-paths.ts";
import { agentEnvironment } from "./driver/agent-environment.ts";
import { proxyEnvironment } from "./driver/proxy-environment.ts";
import { readGateKey } from "./gate/credentials.ts";
import { openGate } from "./gate/gate.ts";
import type { AgentPlan } from "./plan.ts";

// gate-keeper.js <session directory> <command> <args …>: runs the command with a gate beside it, for an agent that a person drives in a
// terminal. Ends with it, and with its status. What the gate refuses the agent itself shows: stdout is a screen, on which we say nothing.
const [directory, command, ...args] = process.argv.slice(2);
if (directory === undefined || command === undefined) {
  console.error("gate-keeper.js <session directory> <command> <args …>");
  process.exit(2);
}
const plan = JSON.parse(readFileSync(agentPaths(directory).gate, "utf8")) as AgentPlan["gate"];
const key = readGateKey(process.env);
const gate = await openGate({ plan, key, onNotice: () => {} });
// Without a key of the operator's the person signs in within the agent, for this session alone.
const signedIn: Record<string, string> =
  key === null ? {} : { ANTHROPIC_BASE_URL: gate.url, ANTHROPIC_AUTH_TOKEN: plan.token };
const child = spawn(command, args, {
  env: agentEnvironment({ ...proxyEnvironment(plan, gate.url), ...signedIn }),
  stdio: "inherit",
});
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
child.once("error", () => process.exit(127));
child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal!]));
