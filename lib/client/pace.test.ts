import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paced } from "@/lib/client/pace.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const pace = { delayMs: 250, everyMs: 500 };

test("many asks are one run, a quarter of a second after the first", async () => {
  const work = vi.fn(async () => {});
  const { ask } = paced(work, pace);
  for (let n = 0; n < 20; n++) {
    ask();
    await vi.advanceTimersByTimeAsync(12);
  }
  expect(work).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10);
  expect(work).toHaveBeenCalledTimes(1);
});

test("asked all the time it runs twice a second", async () => {
  const work = vi.fn(async () => {});
  const { ask } = paced(work, pace);
  for (let n = 0; n < 100; n++) {
    ask();
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(work.mock.calls.length).toBeGreaterThanOrEqual(9);
  expect(work.mock.calls.length).toBeLessThanOrEqual(10);
});

test("what is asked for during a run is answered by one that begins after it; two never overlap", async () => {
  let running = 0;
  const began: number[] = [];
  const work = async () => {
    expect(running++).toBe(0);
    began.push(Date.now());
    await new Promise((done) => setTimeout(done, 2000));
    running--;
  };
  const { ask } = paced(work, pace);
  ask();
  await vi.advanceTimersByTimeAsync(1000);
  const askedAt = Date.now();
  ask();
  ask();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(began).toHaveLength(2);
  expect(began[1]).toBeGreaterThan(askedAt);
});

test("a run that failed does not end it, and what is stopped runs no more", async () => {
  const work = vi.fn(async () => {
    throw new Error("gone");
  });
  const { ask, stop } = paced(work, pace);
  ask();
  await vi.advanceTimersByTimeAsync(1000);
  ask();
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).toHaveBeenCalledTimes(2);
  ask();
  stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).toHaveBeenCalledTimes(2);
});
