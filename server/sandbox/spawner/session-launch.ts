import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { bootId, type ProcessIdentity, startTime } from "../../process-identity.ts";
import { sessionPaths } from "../session-directory.ts";
import { resolveCommand } from "./resolve-command.ts";
import { WRAPPER } from "./session-wrapper.ts";
import { LaunchError, type LaunchRequest } from "./spawner-protocol.ts";
import { asSubreaper } from "./subreaper.ts";

interface LaunchedSession {
  identity: ProcessIdentity;
  /** Settles when the exit status is written, or the wrapper ends without. */
  ended: Promise<void>;
}

/** Starts a session's wrapper, detached. Resolves once the wrapper holds the launch ticket. Throws LaunchError. */
export async function launchSession(request: LaunchRequest): Promise<LaunchedSession> {
  if (!isDirectory(request.workingDirectory)) {
    throw new LaunchError("WORKING_DIRECTORY_MISSING", "The working directory is not there any more.");
  }
  const { command, args, environment } = wrapperOf(request);
  const wrapper = spawn(command, args, {
    cwd: request.workingDirectory,
    env: environment as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe", ...(request.perl ? (["pipe"] as const) : [])],
  });
  const ended = new Promise<void>((settle) => wrapper.once("exit", () => settle()));
  const failed = new Promise<never>((_, reject) => wrapper.once("error", reject));
  failed.catch(() => {});
  const { pid } = wrapper;
  const identity = pid === undefined ? null : { bootId: bootId(), pid, startTime: startTimeOrEnded(pid) };
  const [, , , decided, written] = wrapper.stdio as Readable[];
  const told = written ? toEnd(written) : ended;
  const words = await Promise.race([failed, toEnd(decided as Readable)]);
  if (identity === null || pid === undefined) throw new LaunchError("START_FAILED", "The session got no process.");
  if (words === "") assertTicket(request.directory, pid);
  return { identity, ended: Promise.race([told, ended]).then(() => {}) };
}

/** With perl at hand the wrapper is a child subreaper, and tells through a pipe of its own when the status is written. */
function wrapperOf({ directory, perl, groups, args, environment, ...request }: LaunchRequest) {
  const command = resolveCommand(request.command, environment.PATH ?? "", request.workingDirectory);
  const wrapper = ["-c", WRAPPER, "runboard", directory, perl ?? "", ...groups, "--", command, ...args];
  return perl === null
    ? { command: "/bin/sh", args: wrapper, environment }
    : asSubreaper(perl, ["/bin/sh", ...wrapper], environment);
}

/** The wrapper said nothing: it was refused, unless it was killed with the ticket in its hand. */
function assertTicket(directory: string, pid: number): void {
  const holder = readOrNull(sessionPaths(directory).ticket)?.trim();
  if (holder === String(pid)) return;
  if (holder !== undefined) throw new LaunchError("ALREADY_LAUNCHED", `The launch ticket is held by ${holder}.`);
  throw new LaunchError("START_FAILED", "The session's directory cannot be written.");
}

/** A command that has ended already is a zombie until we are told: it still has a start time worth recording. */
function startTimeOrEnded(pid: number): string {
  const stat = startTime(pid) === null ? readOrNull(`/proc/${pid}/stat`) : null;
  if (stat === null) return startTime(pid) ?? "ended";
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "ended";
}

/** What comes until the other side closes. */
function toEnd(stream: Readable): Promise<string> {
  let text = "";
  return new Promise((settle) => {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    stream.once("error", () => settle(text));
    stream.once("close", () => settle(text));
  });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
