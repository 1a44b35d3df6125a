import { expect, test } from "vitest";
import { costToday, type Usage } from "@/components/usage/usage-words.ts";

const now = new Date("2026-11-28T10:00:00Z");
const tokens = { input: null, output: null, cacheRead: null, cacheWrite: null };
const usage = (day: string, costUsd: number | null, dailyBudgetUsd: number | null = null): Usage => ({
  days: [{ day, sessions: 1, unknown: costUsd === null ? 1 : 0, costUsd, tokens }],
  dailyBudgetUsd,
  heldUntil: null,
});

test("today is the day in UTC, as the budget counts it", () => {
  expect(costToday(usage("2026-11-28", 0.42), now)).toBe("$0.42");
  expect(costToday(usage("2026-11-27", 0.42), now)).toBeNull();
});

test("beside the budget, where there is one; nothing where nobody has told", () => {
  expect(costToday(usage("2026-11-28", 4, 5), now)).toBe("$4.00 of $5.00");
  expect(costToday(usage("2026-11-28", null, 5), now)).toBeNull();
});
