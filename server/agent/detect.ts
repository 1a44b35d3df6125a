import { tmpdir } from "node:os";
import type { FoundAgent } from "@/lib/agent/contract.ts";
import { resolveOnPath } from "../sandbox/spawner/resolve-command.ts";
import type { ProgramRequest, ProgramResult } from "../sandbox/spawner/spawner-protocol.ts";
import type { Agent } from "./port.ts";

export interface Look {
  /** PATH of the orchestrator. */
  path: string;
  /** Set by the operator (CLAUDE_CLI_PATH): then this file and no other. */
  setting?: { name: string; file: string } | undefined;
  /** The spawner's. */
  run(program: ProgramRequest): Promise<Pick<ProgramResult, "exitCode" | "stdout" | "timedOut">>;
}

/** A large program on a busy machine takes its time to say who it is. */
const patienceMs = 30_000;

/** Whether an agent's program is here, and which version it is. Finds it anew each time: people install while we run. */
export async function detectAgent(name: string, program: Agent["program"], look: Look): Promise<FoundAgent> {
  const file = findProgram(program.names, look);
  if (file === null) return { name, program: null, version: null, problem: whyNotFound(program.names, look) };
  const result = await askVersion(file, program.versionArgs, look).catch(() => null);
  const version = /\d+\.\d+\S*/.exec(result?.stdout ?? "")?.[0] ?? null;
  const isUsable = result !== null && result.exitCode === 0 && !result.timedOut;
  return {
    name,
    program: file,
    version,
    problem: isUsable ? null : `${file} does not say its version: it cannot be run.`,
  };
}

/** The file that a session would run; null: there is none. */
export function findProgram(
  names: readonly string[],
  { path, setting }: Pick<Look, "path" | "setting">,
): string | null {
  const wanted = setting === undefined ? names : [setting.file];
  for (const name of wanted) {
    // A relative file would be another one in each clone.
    const found =
      name.startsWith("/") || !name.includes("/") ? resolveOnPath(name, name.startsWith("/") ? "/" : path) : null;
    if (found !== null) return found;
  }
  return null;
}

function whyNotFound(names: readonly string[], { path, setting }: Look): string {
  if (setting !== undefined) return `${setting.name} names ${setting.file}, which is no program that can be run.`;
  return `No program ${names.map((name) => `"${name}"`).join(" or ")} on the orchestrator's PATH (${path}): install it there.`;
}

/** With next to no environment: it is asked for its name and has no business with ours. */
const askVersion = (command: string, versionArgs: readonly string[], { path, run }: Look) =>
  run({
    ...{ command, args: [...versionArgs], timeoutMs: patienceMs, maxOutputBytes: 64 * 1024 },
    env: { PATH: path, HOME: tmpdir(), DISABLE_AUTOUPDATER: "1" },
  });
