import { expect, it } from "vitest";
import { awakeClockMs } from "../../awake-clock.ts";
import { elapsedOf } from "./adopt.ts";

const startedAt = new Date(Date.now() - 8 * 3_600_000);

it("a session that slept with its machine has used only the time it was awake", () => {
  const usage = { elapsedMs: 300_000, awakeMs: awakeClockMs() - 2_000 };
  expect(elapsedOf({ usage, startedAt })).toBeGreaterThanOrEqual(302_000);
  expect(elapsedOf({ usage, startedAt })).toBeLessThan(303_000);
});

it("before its first sample the wall clock counts", () => {
  expect(elapsedOf({ usage: {}, startedAt })).toBeGreaterThanOrEqual(8 * 3_600_000);
});
