import { expect, test } from "vitest";
import { meansSentence } from "@/components/task/means-words.ts";
import { askedWords, usageWords, waitAfter } from "@/components/task/session-facts.ts";
import type { Session } from "@/lib/session/schema.ts";

const session = (fields: Partial<Session>) =>
  ({ generation: 1, endedAt: null, nextAttemptAt: null, startedAt: "2026-01-01T00:00:00Z", ...fields }) as Session;

test("what was asked for and what was measured, and nothing else", () => {
  expect(askedWords({ cpus: null, memoryBytes: null, diskBytes: null })).toBeNull();
  expect(askedWords({ cpus: 1, memoryBytes: 2 ** 28, diskBytes: null })).toBe("1 core, 256 MiB of memory");
  expect(usageWords({ usage: {} })).toEqual([]);
  expect(usageWords({ usage: { cpuMs: 12_400, memoryMaxBytes: 2 ** 20 } })).toEqual([
    { name: "CPU time", words: "12s" },
    { name: "Peak memory", words: "1 MiB" },
  ]);
});

test("the wait before the next attempt, past or to come", () => {
  const ended = session({ endedAt: "2026-01-01T00:01:00Z" });
  expect(waitAfter(ended, undefined)).toBeNull();
  expect(waitAfter(ended, session({ startedAt: "2026-01-01T00:01:12Z" }))).toEqual({ waitedMs: 12_000 });
  expect(waitAfter(ended, session({ startedAt: "2026-01-02T00:00:00Z", generation: 2 }))).toBeNull();
  const due = session({ endedAt: "2026-01-01T00:01:00Z", nextAttemptAt: "2026-01-01T00:02:00Z" });
  expect(waitAfter(due, undefined)).toEqual({ dueAt: "2026-01-01T00:02:00Z" });
});

test("the means are named; a limit that nobody asked for is not spoken of", () => {
  expect(meansSentence({ means: {}, cpus: 1, memoryBytes: 1 })).toBeNull();
  const means = { tree: "subreaper", memory: "watchdog", cpu: "none" };
  expect(meansSentence({ means, cpus: null, memoryBytes: null })).toBe(
    "Its processes are known by the session's wrapper.",
  );
  expect(meansSentence({ means, cpus: 1, memoryBytes: 1 })).toBe(
    "Its processes are known by the session's wrapper; memory is limited by a watchdog; CPU is counted but not limited here.",
  );
});
