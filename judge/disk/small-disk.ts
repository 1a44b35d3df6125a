import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A file system of its own that can be filled up. */
export interface SmallDisk {
  directory: string;
  freeBytes(): number;
  /** Takes space until so much is left; 0: until not a byte can be written. */
  leave(bytes: number): void;
  /** Gives back all that `leave` took. */
  makeRoom(): void;
  unmount(): void;
}

const blockBytes = 4096;

/** Null where this user may not mount one. */
export function mountSmallDisk(directory: string, sizeMib: number): SmallDisk | null {
  mkdirSync(directory, { recursive: true });
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m`, "tmpfs", directory]);
  if (status !== 0) return null;
  const filler = join(directory, "filler");
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  };
  return {
    directory,
    freeBytes,
    leave: (bytes) => {
      const file = openSync(filler, "a");
      try {
        while (freeBytes() > bytes) writeSync(file, Buffer.alloc(Math.max(blockBytes, (freeBytes() - bytes) / 2)));
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== "ENOSPC") throw thrown;
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(filler, { force: true }),
    unmount: () => {
      execFileSync("umount", ["-l", directory]);
    },
  };
}
