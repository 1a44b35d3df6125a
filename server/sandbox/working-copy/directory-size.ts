import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";

const BLOCK_BYTES = 512;
/** Looked at before others get their turn: about a millisecond. */
const SLICE = 300;
/** A test of a program may close a directory for a moment. */
const AGAIN_MS = 1_000;
const SEPARATOR = Buffer.from("/");

/**
 * The space a directory takes on its disk, links not followed, a file with several names counted once. Infinity when it holds more
 * than `maxEntries` or what cannot be looked into: closed, or too deep. Nobody gets past a limit by hiding what he has. What vanishes
 * meanwhile is left out.
 */
export async function directorySize(directory: string, maxEntries = 500_000): Promise<number> {
  const bytes = await measure(directory, maxEntries);
  if (bytes !== "closed") return bytes;
  await sleep(AGAIN_MS);
  const again = await measure(directory, maxEntries);
  return again === "closed" ? Number.POSITIVE_INFINITY : again;
}

async function measure(directory: string, maxEntries: number): Promise<number | "closed"> {
  try {
    return await add(directory, maxEntries);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") return "closed";
    if (code === "ENAMETOOLONG") return Number.POSITIVE_INFINITY;
    throw thrown;
  }
}

/** Names are bytes: one that is no UTF-8 would not be found again by its text. */
async function add(directory: string, maxEntries: number): Promise<number> {
  const counted = new Set<number>();
  const waiting = [Buffer.from(directory)];
  let bytes = 0;
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of list(next)) {
      if (++seen > maxEntries) return Number.POSITIVE_INFINITY;
      if (seen % SLICE === 0) await setImmediate();
      const path = Buffer.concat([next, SEPARATOR, entry.name]);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (entry.isFile() && stat.nlink > 1) {
        if (counted.has(stat.ino)) continue;
        counted.add(stat.ino);
      }
      if (entry.isDirectory()) waiting.push(path);
      bytes += stat.blocks * BLOCK_BYTES;
    }
  }
  return bytes;
}

function list(directory: Buffer): Dirent<Buffer>[] {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: "buffer" });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw thrown;
  }
}
