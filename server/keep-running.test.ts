import { expect, test } from "vitest";
import { type Clock, keepRunning } from "./keep-running.ts";

/** Time passes only in pauses and while something runs; `upMs` says how long each start stays up. */
function simulate(upMs: (number | "refuses")[]) {
  const stopping = new AbortController();
  const waits: number[] = [];
  const lines: string[] = [];
  let now = 0;
  let starts = 0;
  const clock: Clock = {
    now: () => now,
    pause: async (ms) => {
      waits.push(ms);
      now += ms;
      if (starts === upMs.length) stopping.abort();
    },
  };
  const run = async () => {
    const up = upMs[starts++];
    if (up === "refuses" || up === undefined) throw new Error("no room");
    return {
      get ended() {
        now += up;
        return Promise.resolve<string | null>("exit code 1");
      },
    };
  };
  const finished = run().then((first) =>
    keepRunning({
      name: "The thing",
      first,
      start: run,
      log: (line) => lines.push(line),
      signal: stopping.signal,
      clock,
    }),
  );
  return finished.then(() => ({ waits, lines }));
}

test("what ends is started again after 100 ms, doubling to 10 s", async () => {
  const { waits, lines } = await simulate(Array(10).fill(5));
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
  expect(lines[0]).toBe("The thing ended unexpectedly (exit code 1). Starting it again…");
});

test("the wait is short again after half a minute up", async () => {
  const { waits } = await simulate([5, 5, 5, 30_000, 5]);
  expect(waits).toEqual([100, 200, 400, 100, 200]);
});

test("a start that fails is told and tried again", async () => {
  const { waits, lines } = await simulate([5, "refuses", 5]);
  expect(waits).toEqual([100, 200, 400]);
  expect(lines[1]).toBe("The thing did not start: no room");
});
