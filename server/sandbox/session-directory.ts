import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isCommitId } from "../git-ref.ts";

/**
 * One session's directory, `<sessions>/<sessionId>`, mode 0700:
 *
 *     means        by which means its processes are found, see session-groups.ts
 *     launched     the launch ticket: whoever creates it first decides (holds the wrapper's pid, or "forbidden")
 *     start        the commit the clone started from, one line
 *     output.log   stdout and stderr of the command, appended
 *     exit         the exit status, one line, written by the wrapper as its last act, or why there will be none
 *     work/        the session's own clone
 *     home/        HOME
 *     tmp/         TMPDIR
 *     terminal/    of an interactive session: the socket of its tmux server, out of reach of what is confined
 *
 * What is small and lies here is read and written on the spot (decision 0031).
 */
export interface SessionPaths {
  means: string;
  ticket: string;
  start: string;
  output: string;
  exit: string;
  work: string;
  home: string;
  tmp: string;
  terminal: string;
}

/** Written into the ticket by a reconciler that wants nothing to start here any more. */
export const FORBIDDEN = "forbidden";

/** Written in place of the exit status when a session was ended because its lease ran out. */
export const LEASE_ENDED = "lease ended\n";

export function sessionPaths(directory: string): SessionPaths {
  return {
    means: join(directory, "means"),
    ticket: join(directory, "launched"),
    start: join(directory, "start"),
    output: join(directory, "output.log"),
    exit: join(directory, "exit"),
    work: join(directory, "work"),
    home: join(directory, "home"),
    tmp: join(directory, "tmp"),
    terminal: join(directory, "terminal"),
  };
}

/** The directory is named after its session. */
export const sessionIdOf = (directory: string): string => basename(directory);

/** Makes what a launch needs; harmless when it is there already (the clone may have been prepared before). */
export function createSessionDirectory(directory: string): SessionPaths {
  const paths = sessionPaths(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  for (const path of [paths.work, paths.home, paths.tmp]) mkdirSync(path, { recursive: true, mode: 0o700 });
  return paths;
}

export function writeStartCommit(directory: string, commit: string): void {
  writeFileSync(sessionPaths(directory).start, `${commit}\n`, { mode: 0o600 });
}

/** Null when the clone was never finished. */
export function readStartCommit(directory: string): string | null {
  try {
    const commit = readFileSync(sessionPaths(directory).start, "utf8").trim();
    return isCommitId(commit) ? commit : null;
  } catch {
    return null;
  }
}
