import { logger } from "@/lib/log.ts";
import type { Sandbox } from "../../sandbox/port.ts";

/** Directories of failed sessions that stay for a while, so that a person can look at them. The oldest first. */
export interface KeptDirectories {
  has(directory: string): boolean;
  add(directory: string): void;
  /** As the rows and the disk say. */
  replace(directories: readonly string[]): void;
  /** When space is needed; false: there is none left. Needs no database: that may be what has no space. */
  removeOldest(): Promise<boolean>;
}

export function createKeptDirectories({ remove }: Pick<Sandbox, "remove">): KeptDirectories {
  let kept: string[] = [];
  return {
    has: (directory) => kept.includes(directory),
    add: (directory) => {
      if (!kept.includes(directory)) kept.push(directory);
    },
    replace: (directories) => {
      kept = [...directories];
    },
    removeOldest: async () => {
      const directory = kept.shift();
      if (directory === undefined) return false;
      await remove(directory).catch((thrown) => logger.warn({ err: thrown, directory }, "a session's directory stays"));
      return true;
    },
  };
}
