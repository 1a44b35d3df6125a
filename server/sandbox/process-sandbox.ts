import { createHostSandbox, type HostSandboxOptions } from "./host-sandbox.ts";
import type { Sandbox } from "./port.ts";
import { resolveCommand } from "./spawner/resolve-command.ts";
import type { Spawner } from "./spawner/spawner.ts";

/** Sessions as plain processes of this machine, without confinement. Relays are not needed: its loopback is theirs. */
export const createProcessSandbox = (spawner: Spawner, options: HostSandboxOptions): Sandbox =>
  createHostSandbox(spawner, options, {
    name: "process",
    isIsolated: false,
    confine: ({ command, args }, { environment, workingDirectory }) => [
      resolveCommand(command, environment.PATH ?? "", workingDirectory),
      ...args,
    ],
  });
