import { expect, it } from "vitest";
import { median, takeTurns } from "./rounds.ts";

it("each side has one turn a round, and another one begins with every round", async () => {
  const turns: string[] = [];
  const side = (name: string) => async (round: number) => {
    turns.push(name);
    return turns.length * 10 + round;
  };
  const figures = await takeTurns({ ours: side("ours"), theirs: side("theirs") }, 2);
  expect(turns).toEqual(["ours", "theirs", "theirs", "ours"]);
  expect(figures).toEqual({ ours: [10, 41], theirs: [20, 31] });
});

it("the median is the one in the middle, or the mean of two", () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});
