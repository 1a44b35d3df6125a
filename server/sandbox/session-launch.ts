import { spawn } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { bootId, type ProcessIdentity, startTime } from "../process-identity.ts";
import { sessionPaths } from "./session-directory.ts";
import { WRAPPER } from "./session-wrapper.ts";
import { LaunchError, type LaunchRequest } from "./spawner-protocol.ts";

interface LaunchedSession {
  identity: ProcessIdentity;
  /** Settles when the wrapper ends. */
  ended: Promise<void>;
}

/** Starts a session's wrapper, detached. Resolves once the wrapper holds the launch ticket. Throws LaunchError. */
export async function launchSession(request: LaunchRequest): Promise<LaunchedSession> {
  if (!isDirectory(request.workingDirectory)) {
    throw new LaunchError("WORKING_DIRECTORY_MISSING", `There is no directory ${request.workingDirectory}.`);
  }
  const command = resolveCommand(request.command, request.environment.PATH ?? "", request.workingDirectory);
  const wrapper = spawn("/bin/sh", ["-c", WRAPPER, "runboard", request.directory, command, ...request.args], {
    cwd: request.workingDirectory,
    env: request.environment as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((settle) => wrapper.once("exit", () => settle()));
  const failed = new Promise<never>((_, reject) => wrapper.once("error", reject));
  failed.catch(() => {});
  const { pid } = wrapper;
  const identity = pid === undefined ? null : { bootId: bootId(), pid, startTime: startTimeOrEnded(pid) };
  const decided = wrapper.stdio[3] as Readable;
  await Promise.race([failed, closed(decided)]);
  if (identity === null || pid === undefined) throw new LaunchError("START_FAILED", "The session got no process.");
  assertTicket(request.directory, pid);
  return { identity, ended };
}

/**
 * The file a command names: itself when it holds a slash (relative to the working directory), else the first match on
 * PATH. Throws COMMAND_NOT_FOUND with what was looked for and where.
 */
export function resolveCommand(command: string, path: string, workingDirectory: string): string {
  if (command.includes("/")) {
    const file = resolve(workingDirectory, command);
    if (isExecutable(file)) return file;
    throw new LaunchError("COMMAND_NOT_FOUND", `${JSON.stringify(command)} is not an executable file in the clone.`);
  }
  // An empty entry of PATH means the current directory to a shell: a file of the repository would stand in for a program.
  for (const directory of path.split(":").filter((entry) => entry.startsWith("/"))) {
    const file = resolve(directory, command);
    if (command !== "" && isExecutable(file)) return file;
  }
  throw new LaunchError("COMMAND_NOT_FOUND", `No program ${JSON.stringify(command)} on the PATH ${path}.`);
}

function assertTicket(directory: string, pid: number): void {
  const holder = readOrNull(sessionPaths(directory).ticket)?.trim();
  if (holder === String(pid)) return;
  if (holder !== undefined) throw new LaunchError("ALREADY_LAUNCHED", `The launch ticket is held by ${holder}.`);
  throw new LaunchError("START_FAILED", `The session's directory ${directory} cannot be written.`);
}

/** A command that has ended already is a zombie until we are told: it still has a start time worth recording. */
function startTimeOrEnded(pid: number): string {
  const stat = startTime(pid) === null ? readOrNull(`/proc/${pid}/stat`) : null;
  if (stat === null) return startTime(pid) ?? "ended";
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "ended";
}

function closed(stream: Readable): Promise<void> {
  return new Promise((settle) => {
    stream.resume();
    stream.once("error", () => settle());
    stream.once("close", () => settle());
  });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
