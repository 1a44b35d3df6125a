import { sessionPaths } from "./session-directory.ts";
import { SESSION_MARKER } from "./spawner/session-wrapper.ts";
import { LaunchError } from "./spawner/spawner-protocol.ts";

interface EnvironmentParts {
  sessionId: string;
  directory: string;
  /** The PATH of the machine's programs, chosen by the operator. */
  path: string;
  /** From the task's spec. */
  environment: Record<string, string>;
  /** Ours; every name begins with RUNBOARD_. */
  runboardEnvironment?: Record<string, string>;
}

/**
 * The whole environment of a session, built from empty: nothing of the host's is in it.
 * A task may set anything, PATH, HOME and TMPDIR included, except what would take over the wrapper or forge who the
 * session is: RUNBOARD_*, the loader's variables and those a shell obeys at its start. Such names are refused loudly
 * (LaunchError ENVIRONMENT_NOT_ALLOWED), never dropped in silence; `env NAME=value command` is the way to give them to
 * the command alone.
 */
export function sessionEnvironment(parts: EnvironmentParts): Record<string, string> {
  for (const [name, value] of Object.entries(parts.environment)) assertAllowed(name, value);
  return { ...machinesOwn(parts), ...parts.environment, ...ours(parts) };
}

/**
 * What stands outside of the confinement gets: a wrapper, a driver, a terminal. They find programs, with the clone as their directory,
 * where the operator has them, so nothing there is a task's to say. Its variables travel through under names that nothing obeys, and are
 * put in place by `inSessionEnvironment`.
 */
export function outerEnvironment(parts: EnvironmentParts): Record<string, string> {
  const carried = Object.entries(parts.environment).map(([name, value]) => [`${CARRIED}${name}`, value]);
  return { ...machinesOwn(parts), ...Object.fromEntries(carried), ...ours(parts) };
}

/**
 * Starts a command from an outer environment in the session's own: the last step before the confinement. The shell knows the task's
 * variables by the names they travel under alone (sh would obey some, and refuse others), `env` gives them theirs; no value is ever on a
 * command line that lasts, where other users of the machine could read it.
 */
export function inSessionEnvironment(command: readonly string[], names: readonly string[]): string[] {
  if (names.length === 0) return [...command];
  const assignments = names.map((name) => `"${name}=$${CARRIED}${name}"`).join(" ");
  const carried = names.map((name) => `${CARRIED}${name}`).join(" ");
  // `env` would take a path with = in it for one more variable.
  const named = command[0]?.includes("=") ? ["/bin/sh", "-c", 'exec "$@"', "runboard", ...command] : command;
  const script = `set -- ${assignments} "$@"\nunset ${carried}\nexec /usr/bin/env "$@"`;
  return ["/bin/sh", "-c", script, "runboard", ...named];
}

const CARRIED = "RUNBOARD_OF_TASK_";

function machinesOwn({ directory, path }: EnvironmentParts): Record<string, string> {
  const { home, tmp } = sessionPaths(directory);
  return {
    PATH: absoluteOnly(path),
    HOME: home,
    TMPDIR: tmp,
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    GIT_AUTHOR_NAME: "Runboard",
    GIT_AUTHOR_EMAIL: "runboard@localhost",
    GIT_COMMITTER_NAME: "Runboard",
    GIT_COMMITTER_EMAIL: "runboard@localhost",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/** An entry that is not absolute, or empty, leads into the clone, where a file of the repository would stand in for a program. */
export const absoluteOnly = (path: string): string =>
  path
    .split(":")
    .filter((entry) => entry.startsWith("/"))
    .join(":");

const ours = ({ sessionId, runboardEnvironment }: EnvironmentParts): Record<string, string> => ({
  ...runboardEnvironment,
  [SESSION_MARKER]: sessionId,
});

const RESERVED = /^(RUNBOARD_|LD_|DYLD_|BASH_FUNC_|(ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PS4|IFS|GCONV_PATH|LOCPATH)$)/;

function assertAllowed(name: string, value: string): void {
  const shown = JSON.stringify(name);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse(`${shown} is not a name an environment variable can have.`);
  if (value.includes("\0")) refuse(`The value of ${shown} holds a NUL character.`);
  if (RESERVED.test(name)) refuse(`${shown} is reserved. To give it to the command alone: env ${name}=… <command>.`);
}

function refuse(message: string): never {
  throw new LaunchError("ENVIRONMENT_NOT_ALLOWED", message);
}
