import { mkdtempSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createSessionDirectory, sessionPaths } from "../session-directory.ts";
import { resolveOnPath } from "../spawner/resolve-command.ts";
import type { Spawner } from "../spawner/spawner.ts";
import { removeDirectory } from "../working-copy/remove-directory.ts";
import { bwrapArguments } from "./bwrap-arguments.ts";
import { type BwrapTools, systemDirectories } from "./bwrap-sandbox.ts";
import type { RelayProgram } from "./relay.ts";
import { isWithin, shownOfPath } from "./shown-programs.ts";
import { makeSystemPlaces } from "./system-places.ts";

interface ProbeOptions {
  /** The operator's; bwrap and socat are looked for there too. */
  path: string;
  /** Runboard's own, never shown. */
  home: string;
  /** Of ours, for what confined sessions share. */
  directory: string;
  /** Gives a directory to the user sessions run as, where that is not us; for tests. */
  handOver?: (directory: string) => void;
}

const timeoutMs = 10_000;

/** Tries bubblewrap by confining a command once, as sessions are. Answers what it takes, or why it cannot be used here. */
export async function probeBwrap(spawner: Spawner, options: ProbeOptions): Promise<BwrapTools | { problem: string }> {
  if (process.platform !== "linux") return { problem: "bubblewrap is there on Linux only." };
  const bwrap = resolveOnPath("bwrap", options.path);
  if (bwrap === null) return { problem: "bubblewrap is not installed (Debian: apt-get install bubblewrap socat)." };
  try {
    const tools = await findTools(bwrap, options);
    const problem = await tryOnce(spawner, tools, options);
    return problem === null ? tools : { problem };
  } catch (error) {
    return { problem: `bubblewrap could not be tried: ${(error as Error).message}` };
  }
}

async function findTools(bwrap: string, { path, home, directory }: ProbeOptions): Promise<BwrapTools> {
  const system = await makeSystemPlaces(directory);
  const directories = systemDirectories(system);
  const ofPath = shownOfPath(path, directories, {
    homes: [homedir(), "/root", "/home", "/tmp"],
    closed: [home, "/run", "/var", "/proc", "/sys", "/dev", "/etc"],
  });
  const socat = resolveOnPath("socat", path);
  const isShown = socat !== null && [...directories, ...ofPath].some((shown) => isWithin(shown, socat));
  const relay: RelayProgram = isShown ? { kind: "socat", file: socat } : { kind: "node", file: process.execPath };
  return { bwrap, relay, system, ofPath };
}

async function tryOnce(
  spawner: Spawner,
  tools: BwrapTools,
  { directory, handOver }: ProbeOptions,
): Promise<string | null> {
  const place = mkdtempSync(join(directory, "probe-"));
  try {
    createSessionDirectory(place);
    handOver?.(place);
    const { work, home, tmp } = sessionPaths(place);
    const confinement = {
      ...{ work, home, tmp, workingDirectory: work, system: tools.system, shown: tools.ofPath },
      ...{ links: [], socketDirectories: [], network: "none" as const, terminal: "none" as const },
    };
    const args = [...bwrapArguments(confinement), "--", "/bin/sh", "-c", "echo confined > proof && cat proof"];
    const { stdout, stderr } = await spawner.run({ command: tools.bwrap, args, env: {}, timeoutMs });
    return stdout === "confined\n" ? null : problemOf(stderr);
  } finally {
    await removeDirectory(place);
  }
}

function problemOf(stderr: string): string {
  const [said = ""] = stderr.split("\n");
  if (said.includes("Unknown option")) return `bubblewrap is too old, 0.8 or newer is needed (${said}).`;
  return `bubblewrap cannot confine anything here: ${said || "it said nothing"}.`;
}
