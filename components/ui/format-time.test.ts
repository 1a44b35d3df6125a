import { expect, test } from "vitest";
import { formatClock, formatDuration, formatRelative } from "@/components/ui/format-time.ts";

const now = Date.UTC(2026, 4, 10, 12);
const ago = (seconds: number) => formatRelative(now - seconds * 1000, now);

test("distances in time are short", () => {
  expect([10, 45, 60, 3599, 3600, 90_000].map(ago)).toEqual(["now", "1m ago", "1m ago", "59m ago", "1h ago", "1d ago"]);
  expect(ago(-7200)).toBe("in 2h");
  expect(ago(60 * 86_400)).toBe("2026-03-11");
});

test("durations name their two largest units", () => {
  const given = [850, 12_000, 252_000, 7_500_000, 273_600_000].map(formatDuration);
  expect(given).toEqual(["850ms", "12s", "4m 12s", "2h 5m", "3d 4h"]);
});

test("a running clock counts up", () => {
  expect([0, 252_000, 3_852_000].map(formatClock)).toEqual(["00:00", "04:12", "1:04:12"]);
});
