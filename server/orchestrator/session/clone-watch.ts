import { existsSync } from "node:fs";
import { logger } from "@/lib/log.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import type { Ending } from "./verdict.ts";

/** Some programs replace their directory: it has to stay away for so long. */
const awayMs = 5_000;

/**
 * Asked while the command runs: its ending once its clone has been deleted. It would work on for nobody, since nothing
 * of it could be kept.
 */
export function createCloneWatch(directory: string, now = () => performance.now()): () => Ending | null {
  const { work } = sessionPaths(directory);
  let awaySinceMs: number | null = null;
  return () => {
    if (existsSync(work)) {
      awaySinceMs = null;
      return null;
    }
    awaySinceMs ??= now();
    if (now() - awaySinceMs < awayMs) return null;
    logger.warn({ clone: work }, "a session's clone was deleted while it ran");
    return { kind: "failed", reason: "CLONE_MISSING", message: "The session's clone was deleted while it ran." };
  };
}
