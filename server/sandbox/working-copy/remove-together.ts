import { setTimeout as sleep } from "node:timers/promises";
import { env } from "@/lib/env.ts";
import type { Spawner } from "../spawner/spawner.ts";
import { removeDirectory } from "./remove-directory.ts";

const gatherMs = 100;
/** Far below what a command line takes. */
const batchMax = 100;
const timeoutMs = 600_000;

/**
 * Deletes directories like `removeDirectory`, all of a moment by one program of the helper's. Of a small clone Node's own way is a hundred
 * calls, each by way of a thread and our event loop, as much work as all else a session asks of its orchestrator; of one with ten
 * thousand files a second.
 */
export function createRemover(spawner: Pick<Spawner, "run">): (directory: string) => Promise<void> {
  let gathered: { directories: string[]; gone: Promise<unknown> } | null = null;

  const gather = () => {
    const directories: string[] = [];
    const gone = sleep(gatherMs).then(() => {
      if (gathered?.directories === directories) gathered = null;
      return spawner.run({ command: "rm", args: ["-rf", "--", ...directories], env: { PATH: env.PATH }, timeoutMs });
    });
    return { directories, gone };
  };

  return async (directory) => {
    if (gathered === null || gathered.directories.length === batchMax) gathered = gather();
    const { directories, gone } = gathered;
    directories.push(directory);
    // What it could not delete is still there for us, and we say why.
    await gone.catch(() => {});
    await removeDirectory(directory);
  };
}
