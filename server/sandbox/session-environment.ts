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
  const { home, tmp } = sessionPaths(parts.directory);
  return {
    PATH: parts.path,
    HOME: home,
    TMPDIR: tmp,
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    GIT_AUTHOR_NAME: "Runboard",
    GIT_AUTHOR_EMAIL: "runboard@localhost",
    GIT_COMMITTER_NAME: "Runboard",
    GIT_COMMITTER_EMAIL: "runboard@localhost",
    GIT_TERMINAL_PROMPT: "0",
    ...parts.environment,
    ...parts.runboardEnvironment,
    [SESSION_MARKER]: parts.sessionId,
  };
}

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
