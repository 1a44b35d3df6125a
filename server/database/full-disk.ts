import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { sizeText } from "../../lib/size-text.ts";
import { saysDiskFull } from "../orchestrator/disk/disk.ts";

/** One segment of the write-ahead log: with less, PostgreSQL neither goes on nor recovers. */
const leastFreeBytes = 16 * 1024 * 1024;

/**
 * Why a database did not start, when it was for want of space: PostgreSQL's own words then speak of corruption, or are lost
 * because its log lies on the same disk. Anything else is given back as it is.
 */
export function namedByDisk(thrown: unknown, directory: string): unknown {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const freeBytes = freeAt(directory);
  // Whatever it stumbled over while the disk was full, the disk comes first.
  if (!saysDiskFull(said) && !(freeBytes !== null && freeBytes < fullBytes)) return thrown;
  const free = freeBytes === null ? "" : ` (${sizeText(freeBytes)} free)`;
  return new Error(
    `The disk that holds ${directory} is full${free}, so the database cannot start. Nothing that was stored is lost. ` +
      `Free at least ${sizeText(leastFreeBytes * 2)} there: a Runboard that is running then goes on by itself.`,
    { cause: thrown },
  );
}

const fullBytes = 1024 * 1024;

/** Of the nearest directory there is; null when that cannot be told. */
function freeAt(directory: string): number | null {
  for (let at = directory; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch {
      if (at === dirname(at)) return null;
    }
  }
}
