import type { FoundSandbox } from "@/lib/agent/contract.ts";
import { type SandboxName, sandboxNames } from "@/lib/project/schema.ts";
import { createBwrapSandbox } from "./bwrap/bwrap-sandbox.ts";
import { probeBwrap } from "./bwrap/probe-bwrap.ts";
import type { Relay, Sandbox } from "./port.ts";
import { createProcessSandbox } from "./process-sandbox.ts";
import type { Spawner } from "./spawner/spawner.ts";
import { LaunchError } from "./spawner/spawner-protocol.ts";

/** The providers of this machine, each tried once. */
export interface Sandboxes {
  found: readonly FoundSandbox[];
  /**
   * Where a session starts that wants this: "auto" is the first usable one. Throws LaunchError SANDBOX_UNAVAILABLE with why; what was
   * asked for is never replaced by something else.
   */
  choose(wanted: SandboxName | "auto"): Sandbox;
  /** Looks at, measures and ends the sessions of all of them: one can do it for every other. */
  readonly any: Sandbox;
}

export interface SandboxSurroundings {
  spawner: Spawner;
  /** The PATH of sessions. */
  path: string;
  /** RUNBOARD_HOME. */
  home: string;
  /** For what confined sessions share. */
  directory: string;
  /** Where sessions report to; null: nowhere. */
  callback: Relay | null;
  /** The operator's choice, whatever is wanted: no other one is tried. */
  only?: SandboxName | undefined;
}

type Made = { sandbox: Sandbox } | { problem: string };

/** One entry per provider; projects name them in their settings. */
const providers: Record<SandboxName, (surroundings: SandboxSurroundings) => Promise<Made>> = {
  bwrap: async ({ spawner, path, callback, ...places }) => {
    const tools = await probeBwrap(spawner, { path, ...places });
    return "problem" in tools ? tools : { sandbox: createBwrapSandbox(spawner, { path, callback, tools }) };
  },
  process: async ({ spawner, path }) => ({ sandbox: createProcessSandbox(spawner, { path }) }),
};
const isIsolated: Record<SandboxName, boolean> = { bwrap: true, process: false };

export async function findSandboxes(surroundings: SandboxSurroundings): Promise<Sandboxes> {
  const { only } = surroundings;
  const notAsked = { problem: `Sessions run in ${only} here, because RUNBOARD_SANDBOX says so.` };
  const made = await Promise.all(
    sandboxNames.map(async (name) => {
      const one = only === undefined || only === name ? await providers[name](surroundings) : notAsked;
      return { name, one };
    }),
  );
  const usable = new Map(made.flatMap(({ name, one }) => ("sandbox" in one ? [[name, one.sandbox] as const] : [])));
  const found = made.map(({ name, one }) => ({
    ...{ name, isIsolated: isIsolated[name], isUsable: usable.has(name) },
    problem: "problem" in one ? one.problem : null,
  }));
  return {
    found,
    choose(wanted) {
      const name = only ?? (wanted === "auto" ? found.find(({ isUsable }) => isUsable)?.name : wanted);
      const sandbox = name && usable.get(name);
      if (sandbox) return sandbox;
      const problem = found.find((one) => one.name === name)?.problem ?? "There is none.";
      throw new LaunchError("SANDBOX_UNAVAILABLE", `The sandbox ${name} cannot be used on this machine. ${problem}`);
    },
    any: [...usable.values()][0] ?? createProcessSandbox(surroundings.spawner, { path: surroundings.path }),
  };
}

/** All sessions in this one; for tests and benches. */
export const onlySandbox = (sandbox: Sandbox): Sandboxes => ({
  found: [{ name: sandbox.name, isIsolated: sandbox.isIsolated, isUsable: true, problem: null }],
  choose: () => sandbox,
  any: sandbox,
});
