import { expect, test } from "vitest";
import { expectedStart } from "@/components/queue/expected-start.ts";
import type { Reason } from "@/lib/task/schema.ts";

const now = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
const why = (code: Reason["code"], more: Partial<Reason> = {}) => ({ code, message: "", ...more });

test.each([
  ["its own time", { availableAt: at(60), estimatedStart: null, why: why("NOT_DUE") }, 60],
  ["the provider's time", { availableAt: null, estimatedStart: at(0), why: why("RATE_LIMIT", { until: at(90) }) }, 90],
  ["the pace of the slots", { availableAt: null, estimatedStart: at(30), why: why("CAPACITY") }, 30],
  ["next in line", { availableAt: null, estimatedStart: at(0), why: why("QUEUE_POSITION") }, 0],
  ["too little memory", { availableAt: null, estimatedStart: at(0), why: why("RESOURCE") }, null],
  ["nothing to learn the pace from", { availableAt: null, estimatedStart: null, why: why("CAPACITY") }, null],
])("%s", (_, item, seconds) => {
  expect(expectedStart(item, { running: 3, capacity: 3 })).toBe(seconds === null ? null : now + seconds * 1000);
});

test("a limit that is full while slots are free has no pace", () => {
  const item = { availableAt: null, estimatedStart: at(0), why: why("CAPACITY") };
  expect(expectedStart(item, { running: 2, capacity: 3 })).toBeNull();
});
