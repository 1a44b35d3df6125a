import { constants } from "node:fs";
import { cp, lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { AgentPlan } from "../plan.ts";
import type { KeptConversation } from "../port.ts";

const filesMax = 1_000;
const fileMaxBytes = 256 * 1024 * 1024;

/** Puts what an earlier attempt has left where the agent looks for it. */
export async function restoreConversation(
  { restore }: KeptConversation,
  plan: AgentPlan,
  { kept, state }: { kept: string; state: string },
): Promise<void> {
  for (const name of await readdir(kept).catch(() => [])) {
    const path = restore(name, plan);
    if (path === null) continue;
    await mkdir(dirname(join(state, path)), { recursive: true, mode: 0o700 });
    await cp(join(kept, name), join(state, path));
  }
}

/**
 * Copies what a later attempt needs out of the agent's state. The agent could write there as it liked: links are not followed. Where it
 * has left nothing, what was kept before stays.
 */
export async function keepConversation(
  { keep }: KeptConversation,
  conversationId: string,
  { kept, state }: { kept: string; state: string },
): Promise<void> {
  const found = new Map<string, string>();
  for (const file of await listFiles(state)) {
    const name = keep(relative(state, file), conversationId);
    if (name !== null && !found.has(name)) found.set(name, file);
  }
  if (found.size === 0) return;
  const fresh = `${kept}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  for (const [name, file] of found) await copyFile(file, join(fresh, name));
  await rm(kept, { recursive: true, force: true });
  await rename(fresh, kept);
}

async function listFiles(directory: string, found: string[] = []): Promise<string[]> {
  const isDirectory = (await lstat(directory).catch(() => null))?.isDirectory() ?? false;
  for (const entry of isDirectory ? await readdir(directory, { withFileTypes: true }) : []) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await listFiles(path, found);
    else if (entry.isFile() && found.length < filesMax) found.push(path);
  }
  return found;
}

async function copyFile(from: string, to: string): Promise<void> {
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await source.stat();
    if (!stat.isFile() || stat.size > fileMaxBytes) return;
    const target = await open(to, "wx", 0o600);
    try {
      for await (const chunk of source.createReadStream({ autoClose: false, end: fileMaxBytes }))
        await target.write(chunk);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
