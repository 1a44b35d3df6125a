import { bootId, type ProcessIdentity } from "../process-identity.ts";
import type { Means } from "./means.ts";
import type { Outcome, Sandbox, SandboxPlan } from "./port.ts";
import { LaunchError } from "./spawner/spawner-protocol.ts";
import type { Usage } from "./usage.ts";

export interface FakeSandbox extends Sandbox {
  /** Every plan that was launched, in order. */
  readonly launched: SandboxPlan[];
  /** Ends a running session as its command would. */
  finish(directory: string, exitCode: number): void;
  /** What `measure` tells of a session from now on. */
  use(sessionId: string, usage: Usage): void;
  /** Ends a running session without an exit status, as a power cut would. */
  vanish(directory: string): void;
}

const unused: Usage = { cpuMs: 0, memoryBytes: 0, processes: 1 };
const means: Means = { tree: "markers", memory: "watchdog", cpu: "none" };

/** A sandbox in memory for tests of the code above the port: it launches nothing, the test says how sessions end. */
export function createFakeSandbox(name = "fake"): FakeSandbox {
  const outcomes = new Map<string, Outcome | "forbidden">();
  const listeners: ((sessionId: string) => void)[] = [];
  const launched: SandboxPlan[] = [];
  const usages = new Map<string, Usage>();
  let lastPid = 1_000_000_000;

  function end(directory: string, outcome: Outcome): void {
    const current = outcomes.get(directory);
    if (typeof current !== "object" || current.kind !== "running") return;
    outcomes.set(directory, outcome);
    const plan = launched.findLast((candidate) => candidate.directory === directory);
    for (const listener of listeners) if (plan) listener(plan.sessionId);
  }

  return {
    name,
    isIsolated: true,
    launched,
    means: async () => means,
    announce: () => {},
    async launch(plan) {
      if (outcomes.has(plan.directory)) throw new LaunchError("ALREADY_LAUNCHED", "The launch ticket is taken.");
      const identity: ProcessIdentity = { bootId: bootId(), pid: ++lastPid, startTime: "fake" };
      outcomes.set(plan.directory, { kind: "running", identity });
      launched.push(plan);
      return { identity, means };
    },
    async look(directory) {
      const outcome = outcomes.get(directory);
      return outcome === undefined || outcome === "forbidden" ? { kind: "never-launched" } : outcome;
    },
    async forbidLaunch(directory) {
      if (!outcomes.has(directory)) outcomes.set(directory, "forbidden");
      return outcomes.get(directory) === "forbidden";
    },
    async terminate(_sessionId, directory) {
      end(directory, { kind: "exited", exitCode: 143 });
      return [];
    },
    measure: (sessions) =>
      new Map(sessions.map(({ sessionId }) => [sessionId, usages.get(sessionId) ?? { ...unused }])),
    memoryHit: () => null,
    use: (sessionId, usage) => void usages.set(sessionId, usage),
    onExit: (listener) => void listeners.push(listener),
    async remove(directory) {
      outcomes.delete(directory);
    },
    finish: (directory, exitCode) => end(directory, { kind: "exited", exitCode }),
    vanish: (directory) => end(directory, { kind: "vanished", detail: "The test said so." }),
  };
}
