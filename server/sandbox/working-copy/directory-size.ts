import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

const BLOCK_BYTES = 512;
/** Looked at before others get their turn: about a millisecond. */
const SLICE = 300;

/**
 * The space a directory takes on its disk, links not followed, a file with several names counted once. Looks at
 * `maxEntries` at most: then the answer is what was found so far. What vanishes meanwhile is left out.
 */
export async function directorySize(directory: string, maxEntries = 200_000): Promise<number> {
  const counted = new Set<number>();
  const waiting = [directory];
  let bytes = 0;
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of list(next)) {
      if (++seen > maxEntries) return bytes;
      if (seen % SLICE === 0) await setImmediate();
      const path = join(next, entry.name);
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

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
