import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTurns } from "@/server/orchestrator/turns.ts";
import { propertyWith, turnsMistakes } from "./mistakes.ts";
import { turnsProperty } from "./turns-model.ts";

const seed = 1;

describe("in whatever order the database answers, and whatever becomes of a call", () => {
  it(
    "turns lose no report and no start, answer none early, keep their order and ask for no more than is free",
    { timeout: 60_000 },
    () => fc.assert(turnsProperty(createTurns), { numRuns: 60, seed }),
  );
});

describe("within 20 runs the judge notices an orchestrator that", () => {
  it.each(turnsMistakes)("$name", async (mistake) => {
    const { failed } = await fc.check(await propertyWith(mistake), { numRuns: 20, seed, endOnFailure: true });
    expect(failed).toBe(true);
  });
});
