import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstat, rm } from "node:fs/promises";
import { env } from "@/lib/env.ts";

/** Deletes a directory with everything in it, write-protected and very deep ones too; harmless when it is gone. */
export async function removeDirectory(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    await removeByPrograms(directory);
    // There is nothing left as a rule; else it says why.
    await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }
}

/**
 * Node names what it deletes by its whole path, which a session can make longer than the system takes. The system's own programs go
 * from directory to directory. On their way they follow no link; one that is named to chmod itself they would.
 */
async function removeByPrograms(directory: string): Promise<void> {
  await run("rm", ["-rf", "--", directory]);
  const left = await lstat(directory).catch(() => null);
  if (!left?.isDirectory()) return;
  await run("chmod", ["-R", "u+rwx", directory]);
  await run("rm", ["-rf", "--", directory]);
}

const TIMEOUT_MS = 600_000;

/** Nothing of ours is in their environment: under the process sandbox sessions may read it. */
async function run(command: string, args: string[]): Promise<void> {
  const options = { cwd: "/", env: { PATH: env.PATH } as unknown as NodeJS.ProcessEnv, timeout: TIMEOUT_MS };
  await once(spawn(command, args, { ...options, stdio: "ignore" }), "exit").catch(() => {});
}
