import { realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import { LaunchError } from "./spawner-protocol.ts";

/**
 * Where the command runs: `wanted` relative to the clone, links resolved. Throws LaunchError
 * WORKING_DIRECTORY_OUTSIDE when it leaves the clone (also by a link), WORKING_DIRECTORY_MISSING when it is no directory.
 */
export async function resolveWorkingDirectory(clone: string, wanted: string | null): Promise<string> {
  const base = await realpath(clone).catch(() => missing("The clone", clone));
  const shown = JSON.stringify(wanted ?? ".");
  const asked = resolve(base, wanted ?? ".");
  if (wanted?.includes("\0") || isAbsolute(wanted ?? "") || leaves(base, asked)) outside(shown);
  const real = await realpath(asked).catch(() => missing("The working directory", shown));
  if (leaves(base, real)) outside(shown);
  if (!(await stat(real)).isDirectory()) missing("The working directory", shown);
  return real;
}

function leaves(base: string, path: string): boolean {
  const way = relative(base, path);
  return way === ".." || way.startsWith("../") || isAbsolute(way);
}

function outside(shown: string): never {
  throw new LaunchError(
    "WORKING_DIRECTORY_OUTSIDE",
    `The working directory ${shown} leaves the clone. Give one relative to the top of the repository.`,
  );
}

function missing(what: string, shown: string): never {
  throw new LaunchError("WORKING_DIRECTORY_MISSING", `${what} ${shown} does not exist or is not a directory.`);
}
