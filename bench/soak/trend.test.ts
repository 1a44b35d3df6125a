import { describe, expect, it } from "vitest";
import { type Series, trendOf } from "./trend.ts";

const seconds = Array.from({ length: 40 }, (_, n) => n * 10);
const series = (valueAt: (n: number) => number): Series => ({
  name: "memory",
  seconds,
  values: seconds.map((_, n) => valueAt(n)),
});
const scatter = (n: number) => [0, 3, -2, 1, -3, 2, -1][n % 7]!;

describe("the trend of a series", () => {
  it("is told of the second half only, an hour's worth and as a share of the mean", () => {
    const { mean, perHour, gainedShare } = trendOf(series((n) => (n < 20 ? 1000 : 100 + (n - 20))));
    expect(mean).toBeCloseTo(109.5);
    expect(perHour).toBeCloseTo(360);
    expect(gainedShare).toBeCloseTo(19 / 109.5);
  });

  it("counts as gained what scatter does not explain", () => {
    expect(trendOf(series((n) => 100 + scatter(n))).surelyGainedShare).toBeCloseTo(0);
    const { gainedShare, surelyGainedShare } = trendOf(series((n) => 100 + n + scatter(n)));
    expect(surelyGainedShare).toBeGreaterThan(0.05);
    expect(surelyGainedShare).toBeLessThan(gainedShare);
  });

  it("of what falls is less than nothing, and of what stays level nothing", () => {
    expect(trendOf(series((n) => 100 - n)).surelyGainedShare).toBeLessThan(-0.1);
    expect(trendOf(series(() => 5)).surelyGainedShare).toBeCloseTo(0);
  });
});
