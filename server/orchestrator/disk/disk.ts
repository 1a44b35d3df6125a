import type { StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";

/** The disk under RUNBOARD_HOME, as last looked at. */
export interface Disk {
  /** In bytes; null before the first look. */
  readonly freeBytes: number | null;
  /** Too little is free. Over only when a quarter more than that is. */
  readonly isLow: boolean;
  /** Nothing new begins: it is low, or somebody met its end a moment ago. */
  readonly isShort: boolean;
  /** Nothing at all can be written. */
  readonly isFull: boolean;
  look(minFreeBytes: number): Promise<void>;
  /** Somebody met its end, whatever it says itself (a quota, another disk). */
  wasFull(): void;
}

type Stats = Pick<StatsFs, "bavail" | "bsize" | "ffree" | "files">;

const resumeAt = 1.25;
const fullBytes = 1024 * 1024;
/** A disk can run out of files before it runs out of bytes. File systems without a number of files say 0. */
const minFreeFiles = 1000;

interface DiskOptions {
  /** How long it is short after somebody met its end. */
  wasFullMs: number;
  read?: (path: string) => Promise<Stats>;
  now?: () => number;
}

export function createDisk(path: string, options: DiskOptions): Disk {
  const { wasFullMs, read = (from) => statfs(from), now = () => performance.now() } = options;
  let freeBytes: number | null = null;
  let [isLow, isFull] = [false, false];
  let wasFullUntilMs = Number.NEGATIVE_INFINITY;
  return {
    get freeBytes() {
      return freeBytes;
    },
    get isLow() {
      return isLow;
    },
    get isShort() {
      return isLow || now() < wasFullUntilMs;
    },
    get isFull() {
      return isFull;
    },
    async look(minFreeBytes) {
      const { bavail, bsize, ffree, files } = await read(path);
      const free = bavail * bsize;
      const leastBytes = isLow ? minFreeBytes * resumeAt : minFreeBytes;
      isLow = free < leastBytes || (files > 0 && ffree < minFreeFiles);
      isFull = free < fullBytes || (files > 0 && ffree === 0);
      freeBytes = free;
    },
    wasFull() {
      wasFullUntilMs = now() + wasFullMs;
    },
  };
}

/** Whether a message, of whatever program, says that a disk is full or a quota used up. */
export const saysDiskFull = (message: string): boolean =>
  /\bENOSPC\b|\bEDQUOT\b|No space left on device|Disk quota exceeded/i.test(message);
