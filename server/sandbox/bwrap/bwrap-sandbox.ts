import { dirname } from "node:path";
import { type CommandPlace, createHostSandbox, type HostSandboxOptions } from "../host-sandbox.ts";
import type { Relay, Sandbox, SandboxPlan } from "../port.ts";
import { sessionPaths } from "../session-directory.ts";
import { resolveCommand, resolveOnPath } from "../spawner/resolve-command.ts";
import type { Spawner } from "../spawner/spawner.ts";
import { LaunchError } from "../spawner/spawner-protocol.ts";
import { borrowedObjects } from "../working-copy/borrowed-objects.ts";
import { bwrapArguments, type SystemPlaces } from "./bwrap-arguments.ts";
import { behindRelays, type RelayProgram } from "./relay.ts";
import { shownForProgram } from "./shown-programs.ts";

/** What confined sessions need of this machine; found once. */
export interface BwrapTools {
  bwrap: string;
  relay: RelayProgram;
  system: SystemPlaces;
  /** Directories of the operator's PATH that are shown besides the system's. */
  ofPath: readonly string[];
}

export interface BwrapSandboxOptions extends HostSandboxOptions {
  tools: BwrapTools;
  /** Where sessions report to, on their own loopback; null: they cannot. */
  callback: Relay | null;
}

/**
 * Sessions in bubblewrap: they write to their clone, home and temporary directory, read the system's programs and the objects
 * their clone borrows, and reach nothing but their relays. See docs/sandboxes.md.
 */
export const createBwrapSandbox = (spawner: Spawner, options: BwrapSandboxOptions): Sandbox =>
  createHostSandbox(spawner, options, {
    name: "bwrap",
    isIsolated: true,
    confine: (plan, place) => confine(plan, place, options),
  });

function confine(plan: SandboxPlan, place: CommandPlace, { tools, callback, path }: BwrapSandboxOptions): string[] {
  const { work, home, tmp } = sessionPaths(plan.directory);
  const { network = "none", terminal = "none" } = plan;
  const relays = relaysOf(plan, callback);
  const alwaysShown = [...systemDirectories(tools.system), ...tools.ofPath];
  const own = [work, home, tmp];
  const command = resolveCommand(plan.command, place.environment.PATH ?? "", place.workingDirectory);
  const program = shownForProgram(command, [...alwaysShown, ...own]);
  const isMissing = program.shown.length > 0 || program.links.length > 0;
  if (isMissing && !isTrusted(plan, command, path)) {
    const why =
      "is not among what a sandbox is shown: the system's programs, the PATH Runboard was started with and the clone";
    throw new LaunchError("COMMAND_NOT_FOUND", `${JSON.stringify(plan.command)} ${why}.`);
  }
  const relayFile = relays.length === 0 ? { shown: [], links: [] } : shownForProgram(tools.relay.file, alwaysShown);
  const confinement = {
    ...{ work, home, tmp, network, terminal, system: tools.system, workingDirectory: place.workingDirectory },
    shown: [...tools.ofPath, ...borrowedObjects(work), ...program.shown, ...relayFile.shown],
    links: [...program.links, ...relayFile.links],
    socketDirectories: relays.map(({ socket }) => dirname(socket)),
  };
  const inside = behindRelays(tools.relay, relays, [command, ...plan.args]);
  return [tools.bwrap, ...bwrapArguments(confinement), "--", ...inside];
}

export const systemDirectories = ({ directories, links }: SystemPlaces): string[] => [
  ...directories,
  ...links.map(({ path }) => path),
];

/** A program the operator has put on the PATH, or chosen, is shown wherever it lies; what only a task names is not. */
const isTrusted = (plan: SandboxPlan, command: string, path: string): boolean =>
  plan.isOperators === true || (!plan.command.includes("/") && resolveOnPath(plan.command, path) === command);

/** On the machine's network its loopback is the session's: nothing to relay, and two sessions could not have the same port. */
function relaysOf({ network, relays = [] }: SandboxPlan, callback: Relay | null): Relay[] {
  if (network !== "host") return [...(callback === null ? [] : [callback]), ...relays];
  if (relays.length > 0) throw new LaunchError("START_FAILED", "Relays need a sandbox with a network of its own.");
  return [];
}
