import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configSchema } from "@/lib/config/schema.ts";
import { type SessionReason, sessionReasons } from "@/lib/session/machine.ts";
import { decideRetry, delayMs, maxLosses } from "@/lib/session/retry.ts";

const defaults = configSchema.parse({});
const reasons = Object.keys(sessionReasons) as SessionReason[];
const incurable: SessionReason[] = [
  "COMMAND_NOT_FOUND",
  "WORKING_DIRECTORY",
  "REPOSITORY",
  "MERGE_CONFLICT",
  "UNSUPPORTED_TYPE",
  "INVALID_SPEC",
];
const ours: SessionReason[] = ["NEVER_LAUNCHED", "LEASE_EXPIRED", "PROCESS_VANISHED"];
const theTasks = reasons.filter((reason) => !ours.includes(reason) && !incurable.includes(reason));

describe("the delay before the next attempt", () => {
  it("lies between half and all of base × 2^(n−1), and never above the cap", () => {
    const anything = fc.record({
      n: fc.integer({ min: 1, max: 60 }),
      base: fc.integer({ min: 0, max: 3_600_000 }),
      cap: fc.integer({ min: 0, max: 86_400_000 }),
      jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(anything, ({ n, base, cap, jitter }) => {
        const full = Math.min(cap, base * 2 ** (n - 1));
        const delay = delayMs(n, { retryBaseMs: base, retryCapMs: cap }, () => jitter);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(delay).toBeLessThanOrEqual(cap);
        expect(delay).toBeLessThanOrEqual(Math.ceil(full));
      }),
    );
  });

  it("doubles from 10 s to 5 min and differs between tasks that failed together", () => {
    const most = [1, 2, 3, 4, 5, 6, 7].map((n) => delayMs(n, defaults, () => 1));
    expect(most).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    const many = new Set(Array.from({ length: 100 }, () => delayMs(3, defaults, Math.random)));
    expect(many.size).toBeGreaterThan(50);
  });
});

describe("again, or give up", () => {
  const counts = fc.record({
    failures: fc.nat({ max: 25 }),
    losses: fc.nat({ max: 5 }),
    maxAttempts: fc.integer({ min: 1, max: 20 }),
  });

  it.each(incurable)("gives up at once on %s, whatever attempts are left", (reason) => {
    fc.assert(
      fc.property(counts, (question) => {
        expect(decideRetry({ reason, ...question }, defaults)).toEqual({ verb: "fail", counts: "failures" });
      }),
    );
  });

  it.each(theTasks)("tries %s again until the attempts are used up, and losses do not count", (reason) => {
    fc.assert(
      fc.property(counts, (question) => {
        const isLast = question.failures + 1 >= question.maxAttempts;
        expect(decideRetry({ reason, ...question }, defaults)).toMatchObject({
          verb: isLast ? "fail" : "retry",
          counts: "failures",
        });
      }),
    );
  });

  it.each(ours)("forgives %s twice and gives up at the third, and failures do not count", (reason) => {
    fc.assert(
      fc.property(counts, (question) => {
        const isLast = question.losses + 1 >= maxLosses;
        expect(decideRetry({ reason, ...question }, defaults)).toMatchObject({
          verb: isLast ? "fail" : "retry",
          counts: "losses",
        });
      }),
    );
    expect(maxLosses).toBe(3);
  });

  it("waits for nothing when the command was never launched, and longer with each failure otherwise", () => {
    const question = { failures: 1, losses: 0, maxAttempts: 9 };
    expect(decideRetry({ reason: "NEVER_LAUNCHED", ...question }, defaults)).toMatchObject({ delayMs: 0 });
    expect(decideRetry({ reason: "EXIT_CODE", ...question }, defaults, () => 1)).toMatchObject({ delayMs: 20_000 });
    expect(decideRetry({ reason: "LEASE_EXPIRED", ...question, losses: 1 }, defaults, () => 1)).toMatchObject({
      delayMs: 20_000,
    });
  });
});
