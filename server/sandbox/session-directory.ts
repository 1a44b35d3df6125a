import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
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
export async function createSessionDirectory(directory: string): Promise<SessionPaths> {
  const paths = sessionPaths(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  await Promise.all([paths.work, paths.home, paths.tmp].map((path) => mkdir(path, { recursive: true, mode: 0o700 })));
  return paths;
}

export async function writeStartCommit(directory: string, commit: string): Promise<void> {
  await writeFile(sessionPaths(directory).start, `${commit}\n`, { mode: 0o600 });
}

/** Null when the clone was never finished. */
export async function readStartCommit(directory: string): Promise<string | null> {
  const commit = (await readFile(sessionPaths(directory).start, "utf8").catch(() => "")).trim();
  return isCommitId(commit) ? commit : null;
}
