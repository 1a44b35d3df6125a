import { afterEach, expect, it, vi } from "vitest";
import { createRound } from "./round.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("goes round as long as there is more to come, then no timer runs until it is begun again", async () => {
  vi.useFakeTimers();
  const answers = [true, false, false];
  let turns = 0;
  const round = createRound(10, async () => answers[turns++] ?? false);
  round.begin();
  round.begin();
  await vi.advanceTimersByTimeAsync(100);
  expect(turns).toBe(2);
  expect(vi.getTimerCount()).toBe(0);
  round.begin();
  await vi.advanceTimersByTimeAsync(100);
  expect(turns).toBe(3);
});

it("what is begun while the last round is under way is not forgotten, and what fails is done again", async () => {
  vi.useFakeTimers();
  let turns = 0;
  const round = createRound(10, async () => {
    if (++turns === 1) round.begin();
    if (turns === 2) throw new Error("The database is away.");
    return false;
  });
  round.begin();
  await vi.advanceTimersByTimeAsync(100);
  expect(turns).toBe(3);
  round.end();
  round.begin();
  expect(vi.getTimerCount()).toBe(0);
});
