import type { Sandbox } from "./port.ts";
import { createProcessSandbox } from "./process-sandbox.ts";
import type { Spawner } from "./spawner/spawner.ts";

interface SandboxSurroundings {
  spawner: Spawner;
  /** The PATH of sessions. */
  path: string;
}

/** One line per provider; projects name them in their settings. */
const providers = {
  process: ({ spawner, path }: SandboxSurroundings): Sandbox => createProcessSandbox(spawner, { path }),
};

export type SandboxName = keyof typeof providers;

export const sandboxNames = Object.keys(providers) as SandboxName[];

export const createSandbox = (name: SandboxName, surroundings: SandboxSurroundings): Sandbox =>
  providers[name](surroundings);
