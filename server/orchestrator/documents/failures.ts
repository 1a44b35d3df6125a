import { isDatabaseGone } from "@/lib/errors.ts";
import { logger } from "@/lib/log.ts";
import type { Outside } from "../working-tree/folder.ts";
import type { Looking } from "./looking.ts";

/** Documents a rule could not be told of, by path. */
export type Failures = ReadonlyMap<string, Failure>;

interface Failure {
  /** Undefined: it was gone. */
  outside: Outside | undefined;
  againMs: number;
}

/** Each try may cost as much as a task; what failed will mostly fail again. */
const pauseMs = 20_000;

interface Attempts {
  hasFailed(path: string): boolean;
  /** Does it, unless it failed a moment ago and the document is as it was then. */
  run(path: string, work: () => Promise<void>): Promise<void>;
}

/**
 * Tells one rule of its documents, each by itself: what cannot be told of is noted, logged, and tried again after a while, or when it
 * is another. Throws only where the database is gone, as that is about none of them.
 */
export function createAttempts({ project, files, memory }: Looking, ruleId: string): Attempts {
  const before = memory.failures.get(ruleId);
  const failures = new Map<string, Failure>();
  memory.failures.set(ruleId, failures);
  return {
    hasFailed: (path) => before?.has(path) ?? false,
    run: async (path, work) => {
      const last = before?.get(path);
      const outside = files.get(path);
      if (last && last.outside === outside && performance.now() < last.againMs) return void failures.set(path, last);
      try {
        await work();
      } catch (thrown) {
        if (isDatabaseGone(thrown)) throw thrown;
        failures.set(path, { outside, againMs: performance.now() + pauseMs });
        logger.warn(
          { err: thrown, project: project.id, rule: ruleId, path },
          "a rule is told of a document again later",
        );
      }
    },
  };
}

/** As the rule says it to people, or nothing. Why may quote the document, so only the log has it. */
export function problemOf(failures: Failures = new Map()): string | null {
  const [path] = failures.keys();
  if (path === undefined) return null;
  const others = failures.size === 1 ? "" : ` (and ${failures.size - 1} more)`;
  return `The rule could not be told of ${path}${others}: the log says why. It is tried again.`;
}
