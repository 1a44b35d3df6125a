import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import { LaunchError } from "./spawner-protocol.ts";

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
  const file = resolveOnPath(command, path);
  if (file !== null) return file;
  throw new LaunchError("COMMAND_NOT_FOUND", `No program ${JSON.stringify(command)} on the PATH ${path}.`);
}

export function resolveOnPath(command: string, path: string): string | null {
  // An empty entry of PATH means the current directory to a shell: a file of the repository would stand in for a program.
  for (const directory of path.split(":").filter((entry) => entry.startsWith("/"))) {
    const file = resolve(directory, command);
    if (command !== "" && isExecutable(file)) return file;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
