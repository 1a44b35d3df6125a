import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateStart } from "@/lib/task/queue-estimate.ts";

const now = new Date("2030-01-01T00:00:00.000Z");
const pace = { freeSlots: 0, capacity: 4, meanSessionMs: 8000 };

describe("the estimated start of a queued task", () => {
  it("is now while there are free slots for it and those before it", () => {
    expect(estimateStart(2, { ...pace, freeSlots: 2 }, now)).toEqual(now);
  });

  it("is one slot's turn later for each place beyond them", () => {
    expect(estimateStart(1, pace, now)).toEqual(new Date(now.getTime() + 2000));
    expect(estimateStart(6, { ...pace, freeSlots: 2 }, now)).toEqual(new Date(now.getTime() + 8000));
  });

  it("is unknown with nothing to learn from, and with nobody to start it", () => {
    expect(estimateStart(1, { ...pace, meanSessionMs: null }, now)).toBeNull();
    expect(estimateStart(1, { ...pace, freeSlots: 1, meanSessionMs: null }, now)).toEqual(now);
    expect(estimateStart(1, { ...pace, capacity: 0 }, now)).toBeNull();
  });

  it("never puts a later place before an earlier one", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.nat(10),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(100_000),
        (place, free, capacity, mean) => {
          const one = { freeSlots: free, capacity, meanSessionMs: mean };
          const [first, second] = [estimateStart(place + 1, one, now)!, estimateStart(place + 2, one, now)!];
          expect(second.getTime()).toBeGreaterThanOrEqual(first.getTime());
        },
      ),
    );
  });
});
