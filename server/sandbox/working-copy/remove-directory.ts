import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Deletes a directory with everything in it, write-protected directories too; harmless when it is gone. */
export async function removeDirectory(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    await makeWritable(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }
}

/** Links are never followed: readdir reports them as links, not as directories. */
async function makeWritable(directory: string): Promise<void> {
  await chmod(directory, 0o700).catch(() => {});
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await makeWritable(join(directory, entry.name));
}
